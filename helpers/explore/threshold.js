import { axes, drag, make, room, set, slider } from "./base.js";

const GOAL = 1; // mistakes in 1,000 answers

export function start(stage, data) {
  const width = room < 480 ? room : room / 2 + 16;
  const colours = ["var(--ink)", "var(--purple)", "var(--soft)"], kinds = { refused: "var(--line)", right: "var(--blue)", wrong: "var(--red)" };
  const digits = data.sets.filter((one) => one.digits);
  let reached = false;
  const plot = axes({ width, height: 300, left: 52, x: [0, 1], y: [0, 1], xlabel: "what it says", ylabel: "how often it is right",
    label: "How often it is right against what it says; what is below the threshold is refused" });
  const shade = make("rect", { fill: "var(--soft)", "fill-opacity": 0.25 }), edge = make("line", { stroke: "var(--ink)", "stroke-width": 3 });
  const refusedHere = make("text", { class: "soft", y: plot.y(1) + 16, "text-anchor": "middle" }, "refused");
  plot.inside.append(shade, make("line", { x1: plot.x(0), y1: plot.y(0), x2: plot.x(1), y2: plot.y(1), stroke: "var(--soft)" }));
  for (const one of digits) {
    const colour = colours[data.sets.indexOf(one) % 3];
    plot.inside.append(make("path", { d: plot.line(one.points), fill: "none", stroke: colour, "stroke-width": 2 }),
      ...one.points.map(([x, y, count]) => make("circle", { cx: plot.x(x), cy: plot.y(y), r: 2.5 + 1.1 * Math.log10(count), fill: colour })));
  }
  plot.inside.append(edge, refusedHere);

  const parts = data.sets.map((one, i) => {
    const rects = Object.values(kinds).map((fill) => make("rect", { y: 0, height: 24, fill }));
    const texts = Object.entries(kinds).map(([kind, colour]) => [make("span"), kind, colour]);
    const legend = make("div", { style: "display: flex; flex-wrap: wrap; gap: 0 9px; font-size: 13px" }, ...texts.filter(([, kind]) => one.digits || kind !== "right").map(([text, kind, colour]) => (
      make("span", { style: "white-space: nowrap" }, make("span", { style: `color: ${colour}`, "aria-hidden": "true" }, "\u25a0 "), text, ` ${kind}`))));
    const rate = make("rect", { y: 4, height: 10 }), goal = make("line", { y1: 0, y2: 18, stroke: "var(--ink)", "stroke-width": 2, "stroke-dasharray": "3 2" });
    const rateText = make("div", { style: "font-size: 14px" });
    const stack = make("svg", { viewBox: `0 0 ${width} 24`, "aria-hidden": "true" }, ...rects), below = make("svg", { viewBox: `0 0 ${width} 18`, "aria-hidden": "true" }, rate, goal);
    const name = make("div", { style: `color: ${colours[i % 3]}; font-weight: 600` }, one.name);
    const element = make("div", { style: "margin: 0 0 12px" }, name, stack, legend, ...(one.digits ? [below, rateText] : []));
    return { one, element, rects, texts, rate, rateText, goal };
  });
  const most = Math.max(4, ...digits.map((one) => (1000 * one.wrong[0]) / one.count));

  const control = slider({ label: "threshold", min: 0, max: data.thresholds.length - 1, value: 0, text: (i) => String(data.thresholds[i]), change: show });
  const state = (one, i) => {
    const refused = one.refused[i], wrong = one.wrong[i], answered = one.count - refused;
    return { refused, wrong, answered, right: answered - wrong, rate: answered ? (1000 * wrong) / answered : 0 };
  };
  const percent = (part, all) => `${((100 * part) / all).toFixed(1)}%`;

  function show(i) {
    const value = data.thresholds[i], x = plot.x(value);
    set(shade, { x: plot.x(0), y: plot.y(1), width: x - plot.x(0), height: plot.y(0) - plot.y(1) });
    set(edge, { x1: x, x2: x, y1: plot.y(0), y2: plot.y(1) });
    set(refusedHere, { x: (plot.x(0) + x) / 2, visibility: value > 0.25 ? "visible" : "hidden" });
    for (const { one, rects, texts, rate, rateText, goal } of parts) {
      const now = state(one, i), scale = width / one.count, sizes = [now.refused, now.right, now.wrong];
      sizes.forEach((size, k) => {
        set(rects[k], { x: (k > 0 ? sizes[0] : 0) * scale + (k > 1 ? sizes[1] : 0) * scale, width: size * scale });
        texts[k][0].textContent = percent(size, one.count);
      });
      set(rate, { x: 0, width: (now.rate / most) * width, fill: now.rate < GOAL ? "var(--green)" : "var(--red)" });
      set(goal, { x1: (GOAL / most) * width, x2: (GOAL / most) * width });
      rateText.textContent = `${now.rate.toFixed(1)} mistakes in 1,000 answers (dashed: ${GOAL})`;
    }
    stage.say(words(i));
  }
  function words(i) {
    const number = (count) => count.toLocaleString("en"), first = state(digits[0], i);
    if (i === 0) reached = false;
    if (i === 0) return `Every image is answered, and ${first.rate.toFixed(0)} of 1,000 answers are wrong. Slide: can you get below ${GOAL}, and what does it cost?`;
    const each = parts.map(({ one }) => {
      const now = state(one, i), begun = `${data.sets.length > 1 ? `${one.name}: ` : ""}${percent(now.refused, one.count)} refused`;
      if (one.digits && !now.answered) return `${begun}: no mistakes, and no answers`;
      return one.digits ? `${begun}, of ${number(now.answered)} answers ${number(now.wrong)} wrong` : begun;
    });
    const done = digits.some((one) => state(one, i).answered && state(one, i).rate < GOAL);
    const cheer = done && !reached ? ` Below ${GOAL} in 1,000! Now: what is the least that it costs?` : "";
    reached = done;
    return `Threshold ${data.thresholds[i]}. ${each.join("; ")}.${cheer}`;
  }

  drag(plot.element, (event) => {
    const wanted = plot.at(event)[0];
    const i = data.thresholds.reduce((best, value, at) => (Math.abs(value - wanted) < Math.abs(data.thresholds[best] - wanted) ? at : best), 0);
    control.to(i);
    show(i);
  });
  const side = (...children) => make("div", { style: "flex: 1 1 280px; min-width: 0" }, ...children);
  stage.row(control.element);
  stage.row(side(...parts.map(({ element }) => element)), side(plot.element));
  stage.table(() => [["set", "threshold", "refused", "right", "wrong", "wrong in 1,000 answers"],
    ...data.sets.flatMap((one) => [0, 50, 80, 95, 99, control.value].map((i) => {
      const now = state(one, i);
      return [one.name, data.thresholds[i], now.refused, now.right, now.wrong, now.rate.toFixed(4)];
    }))]);
  show(0);
}
