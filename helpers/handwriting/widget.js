// What anywidget calls for the pad of pad.py: strokes go to Python, answers come from there. It needs pad.js and keep.js.

function render({ model, el }) {
  let asked = -PATIENCE, next = null; // when a stroke that is being drawn was sent to be read, and how it goes on
  const glance = (strokes) => {
    const waits = performance.now() - asked < PATIENCE; // not for ever: the answer may have got lost
    next = waits ? strokes : null;
    if (waits) return;
    asked = performance.now();
    model.send({ glance: strokes });
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
      asked = -PATIENCE;
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
