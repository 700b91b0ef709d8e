"""WeCom: customer service that people reach from WeChat (微信客服), and a robot in the groups of grid workers."""
