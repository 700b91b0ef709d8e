"""WeChat's service and subscription accounts: each call is checked, each word answered once, and answered the same when it comes again."""
