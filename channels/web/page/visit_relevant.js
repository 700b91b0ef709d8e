// Conditions of the form, as far as the page needs them to show and hide. What it cannot read counts as true: the server decides in the end.

const TOKENS = /\s*(?:\$\{(\w+)\}|'([^']*)'|"([^"]*)"|(\d+(?:\.\d+)?)|([a-z][a-z-]*)|(!=|<=|>=|[=<>(),]))/y;

function tokens(source) {
  const found = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < source.trimEnd().length) {
    const match = TOKENS.exec(source);
    if (!match) throw new SyntaxError(source);
    const [, name, single, double, number, word, sign] = match;
    if (name !== undefined) found.push({ name });
    else if (single !== undefined || double !== undefined) found.push({ value: single ?? double });
    else if (number !== undefined) found.push({ value: Number(number) });
    else found.push({ sign: word ?? sign });
  }
  return found;
}

const many = (value) => (Array.isArray(value) ? value : value === null || value === undefined || value === '' ? [] : String(value).split(' '));
const plain = (value) => (Array.isArray(value) ? value.join(' ') : value ?? '');
const FUNCTIONS = {
  selected: (value, code) => many(value).map(String).includes(String(code)),
  'count-selected': (value) => many(value).length,
  not: (value) => !value,
};
const COMPARE = {
  '=': (a, b) => String(plain(a)) === String(plain(b)),
  '!=': (a, b) => String(plain(a)) !== String(plain(b)),
  '<': (a, b) => Number(a) < Number(b),
  '<=': (a, b) => Number(a) <= Number(b),
  '>': (a, b) => Number(a) > Number(b),
  '>=': (a, b) => Number(a) >= Number(b),
};

/** Whether a condition holds for these answers. */
export function holds(source, answers) {
  try {
    const rest = tokens(source);
    const result = either(rest, answers);
    return rest.length ? true : Boolean(result);
  } catch {
    return true;
  }
}

function either(rest, answers) {
  let value = both(rest, answers);
  while (rest[0]?.sign === 'or') {
    rest.shift();
    value = [value, both(rest, answers)].some(Boolean);
  }
  return value;
}

function both(rest, answers) {
  let value = compared(rest, answers);
  while (rest[0]?.sign === 'and') {
    rest.shift();
    value = [value, compared(rest, answers)].every(Boolean);
  }
  return value;
}

function compared(rest, answers) {
  const left = single(rest, answers);
  const compare = COMPARE[rest[0]?.sign];
  if (!compare) return left;
  rest.shift();
  return compare(left, single(rest, answers));
}

function single(rest, answers) {
  const token = rest.shift();
  if (!token) throw new SyntaxError('end');
  if ('name' in token) return answers[token.name];
  if ('value' in token) return token.value;
  if (token.sign === '(') return closed(rest, either(rest, answers));
  const call = FUNCTIONS[token.sign];
  if (!call || rest.shift()?.sign !== '(') throw new SyntaxError(token.sign);
  const given = [either(rest, answers)];
  while (rest[0]?.sign === ',') {
    rest.shift();
    given.push(either(rest, answers));
  }
  return closed(rest, call(...given));
}

function closed(rest, value) {
  if (rest.shift()?.sign !== ')') throw new SyntaxError(')');
  return value;
}
