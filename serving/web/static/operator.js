// The live figures again every five seconds, as long as that is wanted and the page is looked at.
"use strict";

const again = document.getElementById("live-again");

setInterval(async () => {
  if (!again.checked || document.hidden) return;
  const answer = await fetch("/operator").catch(() => null);
  if (!answer?.ok) return; // the next time, maybe
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("live").replaceChildren(...page.getElementById("live").childNodes);
}, 5000);
