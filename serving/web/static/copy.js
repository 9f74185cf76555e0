// A message that is to be sent elsewhere goes to the clipboard. Where that is not allowed, it stands
// there to be marked and copied by hand.
"use strict";

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const box = button.closest("details");
  const text = box.querySelector("textarea");
  const said = box.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(text.value);
    said.textContent = "Copied.";
  } catch {
    text.select();
    said.textContent = "Marked: copy it with the keyboard.";
  }
});
