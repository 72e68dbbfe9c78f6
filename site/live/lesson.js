// On the pages of the lessons: a guess is noted, and opens what came out; an answer to an exercise gets its reply.

function build(place) {
  const ask = JSON.parse(place.dataset.ask), form = document.createElement("form");
  const reply = Object.assign(document.createElement("output"), { className: "reply" });
  const answer = (given) => { reply.textContent = ask.guess ? noted(place, given) : judge(ask, given); };
  if (ask.options) {
    const group = document.createElement("fieldset");
    group.append(Object.assign(document.createElement("legend"), { textContent: ask.guess ? "Your guess:" : "Your answer:" }));
    for (const option of ask.options) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: option });
      button.addEventListener("click", () => {
        for (const other of group.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
        answer(option);
      });
      group.append(button);
    }
    form.append(group);
  } else {
    const input = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal", size: 10, autocomplete: "off" });
    const label = document.createElement("label");
    label.append(ask.guess ? "Your guess: " : "Your answer: ", input);
    form.append(label, Object.assign(document.createElement("button"), { textContent: ask.guess ? "Guess" : "Check" }));
    form.addEventListener("submit", (event) => { event.preventDefault(); if (input.value.trim()) answer(input.value.trim()); });
  }
  form.append(reply);
  place.replaceChildren(form);
}

/** Note a guess, and open the result, which is folded below. */
function noted(place, given) {
  const folded = [...document.querySelectorAll("details.hide")];
  const next = folded.find((part) => place.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (next) next.open = true;
  return `You guessed ${given}. Below is what came out.`;
}

/** The reply to an answer: a letter, or a number with its tolerance. */
function judge(ask, given) {
  const percent = given.endsWith("%"), value = Number(given.replace(/%$/, ""));
  const number = ask.kind === "share" && (percent || value > 1) ? value / 100 : value; // 95 is 95%
  const near = (value, by) => Math.abs(number - value) <= by + 1e-9;
  const same = (value, by) => (typeof value === "string" ? given === value : near(value, by));
  if (typeof ask.answer === "number" && !Number.isFinite(value)) return "A number, please, with a point and without a comma.";
  const measured = ask.wrong.find(([value, , by]) => by && same(value, by));
  if (!measured && same(ask.answer, ask.tolerance)) return `Right. ${ask.right}`;
  const typical = measured ?? ask.wrong.find(([value]) => same(value, 5e-4 * Math.abs(value)));
  return `Not yet. ${typical ? typical[1] : "Try again; the hint above may help."}`;
}

document.querySelectorAll("[data-ask]").forEach(build);

// Code that is wider than its box can be moved by keys.
for (const code of document.querySelectorAll(".highlight pre")) if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "The course");
document.querySelector(".toc-drawer")?.setAttribute("aria-label", "This page");
