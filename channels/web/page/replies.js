// The replies to tap under a message. Redrawing keeps what did not change, so that focus stays where it was.

const TOGGLE = /^[☐☑✓]\s*/u; // a label that starts so is one of several to choose: a checkbox
const CHECKED = /^[☑✓]/u;
// A form's own buttons by their codes (domain/forms/taps.py): what she most likely wants next, and the ways aside.
const KINDS = [['main', /!(submit|enough|ready|fill|go)$|^apply:\d+$|^menu:work$/], ['quiet', /!(back|skip|later|cancel|all|years)$/]];
const LINK = /^(https?|tel):/i;

/** Draw `cards` of {text, buttons} and `rows` of {label, choice, url} under `message`; `tapped(button)` is called with the row's own object. */
export function drawReplies(message, cards, rows, tapped) {
  const buttons = [...cards.flatMap((card) => card.buttons), ...rows.flat()];
  const shape = JSON.stringify([cards.map((card) => card.text), rows.length, buttons.map((button) => [button.choice, button.url])]);
  if (shape !== message.shape) rebuild(message, cards, rows, tapped);
  message.shape = shape;
  for (const button of buttons) label(message.buttons.get(key(button)), button.label);
}

const key = (button) => button.url || button.choice;

function rebuild(message, cards, rows, tapped) {
  const before = [...message.buttons];
  const at = before.findIndex(([, node]) => node === document.activeElement);
  const old = message.replies;
  message.buttons = new Map();
  message.replies = null;
  if (rows.length + cards.length === 0) {
    old?.remove();
    return;
  }
  message.replies = document.createElement('div');
  message.replies.className = 'replies';
  for (const card of cards) message.replies.append(drawCard(message, card, tapped));
  for (const row of rows) message.replies.append(drawRow(message, row, tapped));
  // In one step, so that the conversation is never shorter meanwhile and the view does not jump.
  if (old) old.replaceWith(message.replies);
  else message.node.append(message.replies);
  // The same choice has the focus again, or what stands in its place.
  if (at >= 0) (message.buttons.get(before[at][0]) ?? [...message.buttons.values()][at])?.focus({ preventScroll: true });
}

function drawRow(message, row, tapped) {
  const line = document.createElement('div');
  for (const button of row) {
    const node = button.url ? link(button) : tap(button, tapped);
    message.buttons.set(key(button), node);
    line.append(node);
  }
  return line;
}

/** What it is called stands first and large; the first button is what the card is for, the others are quiet. */
function drawCard(message, card, tapped) {
  const node = document.createElement('section');
  const [name, ...lines] = card.text.split('\n');
  node.className = 'card';
  node.append(paragraph('name', name), ...lines.map((line, at) => paragraph(at ? '' : 'pay', line)));
  const row = node.appendChild(drawRow(message, card.buttons, tapped));
  [...row.children].forEach((button, at) => { button.dataset.kind = at ? 'quiet' : 'main'; });
  node.setAttribute('aria-label', name);
  return node;
}

function paragraph(kind, text) {
  const node = document.createElement('p');
  node.className = kind;
  node.textContent = text;
  return node;
}

function tap(button, tapped) {
  const node = document.createElement('button');
  node.type = 'button';
  node.dataset.kind = KINDS.find(([, code]) => code.test(button.choice))?.[0] ?? '';
  node.addEventListener('click', () => tapped({ choice: button.choice, label: node.dataset.label }));
  return node;
}

function link(button) {
  const node = document.createElement('a');
  if (LINK.test(button.url)) { // anything else, as javascript:, stays a dead label
    node.href = button.url;
    node.rel = 'noopener noreferrer';
    node.target = '_blank';
  }
  return node;
}

function label(node, text) {
  if (node.dataset.label === text) return;
  node.className = 'reply';
  node.dataset.label = text;
  const word = document.createElement('span');
  word.textContent = text.replace(TOGGLE, '');
  node.replaceChildren(word);
  node.removeAttribute('role');
  node.removeAttribute('aria-checked');
  if (!TOGGLE.test(text)) return;
  const box = document.createElement('span');
  box.className = 'box';
  node.prepend(box);
  node.setAttribute('role', 'checkbox');
  node.setAttribute('aria-checked', String(CHECKED.test(text)));
}
