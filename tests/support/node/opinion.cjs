// What @wecom/crypto makes of each question on the input, as one JSON list: {sign: [...]}, {open: [key, text]} or {close: [key, text, id]}.
const { getSignature, decrypt, encrypt } = require("@wecom/crypto");

let asked = "";
process.stdin.on("data", (more) => (asked += more));
process.stdin.on("end", () => {
  const answers = JSON.parse(asked).map(({ sign, open, close }) => {
    if (sign) return getSignature(...sign);
    if (close) return encrypt(...close);
    const { message, id } = decrypt(...open);
    return { message, id };
  });
  process.stdout.write(JSON.stringify(answers));
});
