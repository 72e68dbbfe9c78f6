import { axes, button, calm, choice, make, room, set, ticks } from "./base.js";

const SIDES = [130, 250], RADIUS = 7;

/** Mean and variance of numbers, the variance with n - 1. */
function moments(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)];
}

/** Difference of the means in points, b minus a, and its standard error (undefined for one run of each). */
function contest(a, b) {
  const [[meanA, varianceA], [meanB, varianceB]] = [moments(a), moments(b)];
  return { means: [meanA, meanB], difference: 100 * (meanB - meanA),
    error: a.length > 1 ? 100 * Math.sqrt((varianceA + varianceB) / a.length) : undefined };
}

function shuffled(values) {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Heights of dots in a pile: each as low as the dots before it allow. */
function pile(places) {
  const put = [];
  for (const x of places) {
    let level = 0;
    while (put.some((dot) => dot.level === level && Math.abs(dot.x - x) < 2 * RADIUS + 1)) level++;
    put.push({ x, level });
  }
  return put.map((dot) => dot.level);
}

export function start(stage, data) {
  const COLOURS = ["var(--blue)", "var(--red)"], width = room, [left, right] = [14, width - 14];
  let rival = 1, order = [], count = 0, first = null;
  const rounds = make("p", { class: "say" });
  const field = make("svg", { viewBox: `0 0 ${width} 310`, role: "img", "aria-label": "The trainings of both recipes" });
  const plot = axes({ height: 230, left: 64, x: [0, 1], y: [-1, 1], xlabel: "trainings of each", ylabel: "difference, points",
    label: "Difference of the two means, with twice its error, after each training", xtext: (value) => (Number.isInteger(value) ? String(value) : "") });
  const names = () => [data.names[0], data.names[rival]];
  const most = () => Math.min(data.runs[0].length, data.runs[rival].length);
  const drawn = (n = count) => order.map((runs) => runs.slice(0, n));
  const better = ({ difference }) => names()[difference > 0 ? 1 : 0];
  const clear = ({ difference, error }) => error !== undefined && Math.abs(difference) > 2 * error;
  const again = button("Train both again", train);
  const over = button("Start over", () => { remember(); reset(); });
  const rivals = choice({ label: `${data.names[0]} against`, value: 1,
    options: data.names.slice(1).map((name, i) => [i + 1, name]), change: (next) => { rival = next; rounds.textContent = ""; reset(); } });

  function train() {
    if (count === most()) return;
    count += 1;
    const now = contest(...drawn());
    if (!first && clear(now)) first = { count, name: better(now) };
    show(true);
  }
  function remember() {
    if (count < 2) return;
    const now = contest(...drawn()), said = clear(now) ? `${better(now)} is better` : "too early to say";
    const once = first && !(clear(now) && first.name === better(now)) ? ` (after ${first.count} it looked like ${first.name})` : "";
    rounds.textContent += `${rounds.textContent ? " " : "Earlier rounds, with the seeds in another order. "}After ${count} of each: ${said}${once}.`;
  }
  function reset() {
    order = [shuffled(data.runs[0]), shuffled(data.runs[rival])];
    count = 0;
    first = null;
    show();
  }
  function show(fresh = false) {
    const all = [...data.runs[0], ...data.runs[rival]], edge = 0.06 * (Math.max(...all) - Math.min(...all)) + 1e-4;
    const low = Math.min(...all) - edge, high = Math.max(...all) + edge;
    const x = (value) => left + ((value - low) / (high - low)) * (right - left);
    field.replaceChildren(
      ...ticks(low, high, width / 110).flatMap((mark) => [
        make("line", { x1: x(mark), x2: x(mark), y1: 6, y2: 276, stroke: "var(--line)", "stroke-width": 0.7 }),
        make("text", { x: x(mark), y: 290, "text-anchor": "middle" }, `${+(100 * mark).toFixed(2)}%`)]),
      make("text", { x: width / 2, y: 307, "text-anchor": "middle" }, "validation accuracy"),
      make("text", { class: "soft", x: right, y: 16, "text-anchor": "end" }, "mark: mean; bar: twice its error"));
    names().forEach((name, side) => {
      const base = SIDES[side], runs = drawn()[side], levels = pile(runs.map(x));
      field.append(make("text", { x: left, y: base - 92, style: `fill: ${COLOURS[side]}; font-weight: 600` }, name),
        make("line", { x1: left, x2: right, y1: base, y2: base, stroke: "var(--soft)" }));
      runs.forEach((value, i) => {
        const y = base - RADIUS - 1 - levels[i] * (2 * RADIUS + 1), last = fresh && i === runs.length - 1;
        const dot = make("circle", { cx: x(value), cy: y, r: RADIUS, fill: COLOURS[side], stroke: last ? "var(--ink)" : "var(--paper)", "stroke-width": last ? 2.5 : 1 });
        field.append(dot);
        if (last && !calm()) dot.animate([{ transform: `translateY(${6 - base}px)` }, { transform: "none" }], { duration: 350, easing: "ease-in" });
      });
      if (!count && side === 0) field.append(make("text", { x: width / 2, y: base - 40, "text-anchor": "middle" }, "No dots yet. Press \u201cTrain both again\u201d: which is better?"));
      if (!count) return;
      const [mean, variance] = moments(runs), reach = count > 1 ? 2 * Math.sqrt(variance / count) : 0;
      field.append(make("line", { x1: x(mean - reach), x2: x(mean + reach), y1: base + 11, y2: base + 11, stroke: COLOURS[side], "stroke-width": 4 }),
        make("line", { x1: x(mean), x2: x(mean), y1: base + 3, y2: base + 19, stroke: "var(--ink)", "stroke-width": 3 }));
    });
    const path = Array.from({ length: count }, (_, i) => ({ n: i + 1, ...contest(...drawn(i + 1)) }));
    const far = Math.max(count ? 0.1 : 0.5, ...path.map(({ difference, error }) => Math.abs(difference) + 2 * (error ?? 0)));
    plot.scale([0, most() + 0.5], [-1.05 * far, 1.05 * far]);
    plot.inside.replaceChildren(
      make("line", { x1: plot.x(0), x2: plot.x(most() + 0.5), y1: plot.y(0), y2: plot.y(0), stroke: "var(--ink)", "stroke-width": 1.5 }),
      ...[1, -1].map((sign) => make("text", { class: "soft", x: plot.x(most() + 0.4), y: sign > 0 ? 24 : 180, "text-anchor": "end" }, `${names()[sign > 0 ? 1 : 0]} better`)),
      ...path.flatMap((now) => [
        make("line", { x1: plot.x(now.n), x2: plot.x(now.n), y1: plot.y(now.difference - 2 * (now.error ?? 0)), y2: plot.y(now.difference + 2 * (now.error ?? 0)),
          stroke: clear(now) ? "var(--green)" : "var(--soft)", "stroke-width": 5, "stroke-opacity": 0.7 }),
        make("circle", { cx: plot.x(now.n), cy: plot.y(now.difference), r: 5, fill: clear(now) ? "var(--green)" : "var(--ink)" })]));
    set(again, { disabled: count === most() });
    set(over, { disabled: count === 0 });
    stage.say(words(path.at(-1)));
  }
  function words(now) {
    if (!now) return `Nothing is trained yet. Which is better, ${names().join(" or ")}? Train until you dare to say.`;
    const size = Math.abs(now.difference).toFixed(2), ahead = `${better(now)} is ahead by ${size} points`;
    if (count === 1) return `One training of each: ${ahead}. Is that the recipe, or luck?`;
    const begun = `${count} trainings of each: ${ahead}, with an error of ${now.error.toFixed(2)}. `;
    if (clear(now)) {
      const doubt = count < 5 ? " But so few trainings know little about their own luck. Does it stay so?" : count < most() ? " Does it stay so?" : "";
      return `${begun}That is more than twice the error, so by the rule ${better(now)} is better.${doubt}`;
    }
    const need = Math.ceil(count * (2 * now.error / now.difference) ** 2);
    const much = need > 10_000 ? "more than 10,000" : `about ${(need > 100 ? Math.round(need / 100) * 100 : need).toLocaleString("en")}`;
    return `${begun}That is less than twice the error: it may be luck. ${count < 4 ? "" : `If the difference stays so small, it takes ${much} trainings of each to tell.`}`;
  }

  if (data.names.length > 2) stage.row(rivals.element);
  stage.row(again, over);
  stage.add(field);
  stage.add(plot.element);
  stage.add(rounds);
  stage.table(() => [["training", ...names(), "mean", "mean", "difference, points", "error, points"],
    ...drawn()[0].map((value, i) => {
      const { means, difference, error } = contest(...drawn(i + 1));
      return [i + 1, value.toFixed(4), drawn()[1][i].toFixed(4), means[0].toFixed(6), means[1].toFixed(6), difference.toFixed(4), error === undefined ? "" : error.toFixed(4)];
    })]);
  reset();
}
