// The words of a message. Telephone numbers in what the bot says can be called by a tap.

// Help lines and mobile numbers, never a piece of a longer number.
const NUMBER = /(?<![\d.,-])(110|119|120|12338|12345|12348|12355|12356|1[3-9]\d{9})(?![\d.,-]*\d|[%元])/g;

/** Text is only ever set as text; `links` is false for her own words. */
export function drawText(message, text, links = true) {
  if (message.said === text) return;
  message.said = text;
  if (!links) {
    message.text.textContent = text;
    return;
  }
  const pieces = text.split(NUMBER).map((piece, at) => (at % 2 ? call(piece) : document.createTextNode(piece)));
  message.text.replaceChildren(...pieces.filter((piece) => piece.textContent));
}

function call(number) {
  const link = document.createElement('a');
  link.className = 'call';
  link.href = `tel:${number}`;
  link.textContent = number;
  return link;
}
