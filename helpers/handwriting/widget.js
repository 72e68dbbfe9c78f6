// What anywidget calls for the pad of pad.py: strokes go to Python, answers come from there. It needs pad.js and keep.js.

function render({ model, el }) {
  let asked = false, next = null; // whether a stroke that is being drawn is read now, and how it goes on
  const glance = (strokes) => {
    next = asked ? strokes : null;
    if (!asked) model.send({ glance: strokes });
    asked = true;
  };
  const pad = createPad(el, (strokes) => {
    next = null;
    model.set("strokes", strokes);
    model.save_changes();
  }, glance);
  const keeper = model.get("kept") ? new Keeper(pad, (digit, strokes) => model.send({ keep: digit, strokes }),
    () => model.send({ forget: true })) : null;
  const heard = {
    "change:answer": () => pad.show(model.get("answer")),
    "change:strokes": () => pad.write(model.get("strokes")),
    "change:kept": () => keeper?.show(model.get("kept")),
    "msg:custom": (message) => {
      asked = false;
      pad.glance(message.glance);
      if (next) glance(next);
    },
  };
  for (const [event, hear] of Object.entries(heard)) model.on(event, hear);
  for (const name of ["strokes", "answer", "kept"]) heard[`change:${name}`]();
  return () => {
    for (const [event, hear] of Object.entries(heard)) model.off(event, hear);
  };
}

export default { render };
