// One woman's form: its open questions on one page, those shown whose condition holds, and the answers as the server takes them.

import { holds } from './visit_relevant.js';

const KEYBOARDS = { integer: 'number', decimal: 'number', phone: 'tel', month: 'month', date: 'date' };

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Draw the questions of `visit` with what `draft` holds of them; `changed(answers)` is told every change. */
export function openForm(visit, draft, words, changed) {
  const answers = { ...draft };
  const drawn = visit.questions.map((question) => [question, field(question, answers, words, () => { show(); changed(answers); })]);
  const root = element('div', {}, ...drawn.map(([, box]) => box));

  function applies(question) {
    const all = { ...visit.known, ...answers };
    return question.relevant.every((condition) => holds(condition, all));
  }

  function show() {
    for (const [question, box] of drawn) box.hidden = !applies(question);
  }

  show();
  return {
    root,
    /** What is said of the questions that are shown; null where nothing was. */
    answers: () => Object.fromEntries(visit.questions.filter(applies).map(({ name }) => [name, empty(answers[name]) ? null : answers[name]])),
    /** Mark the first question that must be answered and is not; whether there is one. */
    missing() {
      for (const [, box] of drawn) box.querySelector('.wrong')?.remove();
      const found = drawn.find(([question]) => question.required && applies(question) && empty(answers[question.name]));
      if (!found) return false;
      found[1].append(element('p', { class: 'wrong', role: 'alert' }, words.missing));
      found[1].scrollIntoView();
      return true;
    },
  };
}

const empty = (value) => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function field(question, answers, words, changed) {
  const box = element('fieldset', { 'data-name': question.name }, element('legend', {}, question.label));
  if (question.hint) box.append(element('p', { class: 'hint' }, question.hint));
  const set = (value) => {
    answers[question.name] = value;
    changed();
  };
  if (question.several) several(box, question, answers, words, set);
  else if (question.type === 'select_multiple' || question.type === 'windows') ticks(box, question, answers, set);
  else if (question.choices.length) choices(box, question, answers, words, set);
  else box.append(written(question, answers[question.name], set));
  return box;
}

function ticks(box, question, answers, set) {
  for (const { label, value } of question.choices) {
    const input = element('input', { type: 'checkbox', checked: (answers[question.name] ?? []).includes(value) });
    input.addEventListener('change', () => {
      const others = (answers[question.name] ?? []).filter((one) => one !== value);
      set(input.checked ? [...others, value] : others);
    });
    box.append(element('label', { class: 'tick' }, input, label));
  }
}

function choices(box, question, answers, words, set) {
  const own = question.type === 'select_one' ? null : written(question, question.choices.some((one) => one.value === answers[question.name]) ? null : answers[question.name], (value) => {
    for (const input of box.querySelectorAll('[type=radio]')) input.checked = false;
    set(value);
  });
  for (const { label, value } of [...question.choices, ...(question.required ? [] : [{ label: words.one, value: null }])]) {
    const input = element('input', { type: 'radio', name: question.name, checked: value !== null && answers[question.name] === value });
    input.addEventListener('change', () => {
      if (own) own.value = '';
      set(value);
    });
    box.append(element('label', { class: 'tick' }, input, label));
  }
  if (own) box.append(own);
}

function written(question, value, set) {
  const type = KEYBOARDS[question.type];
  const input = type ? element('input', { type, step: question.type === 'decimal' ? 'any' : null }) : element('textarea', { rows: 1, maxlength: 500 });
  input.setAttribute('aria-label', [question.label, question.unit].filter(Boolean).join(' '));
  input.value = value ?? '';
  input.addEventListener('input', () => {
    const said = input.value.trim();
    set(type === 'number' && said !== '' ? Number(said) : said || null);
  });
  return input;
}

function several(box, question, answers, words, set) {
  const more = element('button', { type: 'button' }, words.another);
  const values = () => [...box.querySelectorAll('input, textarea')].map((input) => input.value.trim()).filter(Boolean);
  const add = (value) => more.before(written(question, value, () => set(values())));
  box.append(more);
  for (const value of answers[question.name] ?? []) add(value);
  if (!(answers[question.name] ?? []).length) add('');
  more.addEventListener('click', () => add(''));
}
