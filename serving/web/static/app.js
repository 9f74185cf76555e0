// What a form or a "More" link does, done in place. Every page works without this file: it sends
// what the browser would have sent, and takes from the page that comes back what belongs here.
"use strict";

async function pageAt(address, options) {
  const answer = await fetch(address, options);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, ok: answer.ok, address: answer.url };
}

function names(root = document) {
  return new Set([...root.querySelectorAll(".paper")].map((line) => line.dataset.name));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form.act")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  let told;
  try {
    told = await pageAt(form.action, { method: "POST", body });
  } catch {
    location.reload(); // the browser says best that the site is away
    return;
  }
  const now = document.importNode(told.page.querySelector("main"), true);
  if (!told.ok) {
    document.querySelector("main").replaceWith(now);
    now.focus();
    return;
  }
  renew(form.closest(".paper"), body.get("kind"), now);
});

// A new ranking replaces what stands below the line that changed it; what was above stays, and
// nothing that is looked at moves.
function renew(line, kind, now) {
  const notice = now.querySelector("#notice");
  const inList = line && line.parentElement.matches(".papers");
  if (!inList || kind === "undo") {
    document.querySelector("main").replaceWith(now);
    now.querySelector("#notice")?.focus();
    return;
  }
  let next;
  while ((next = line.nextElementSibling)) next.remove();
  if (kind === "dismiss") line.replaceChildren();
  else line.querySelector("form.act").remove();
  const said = document.createElement("div");
  said.className = "notice";
  said.setAttribute("role", "status");
  said.append(...notice.childNodes);
  line.append(said);
  said.querySelector("button")?.focus();
  append(now);
}

// Lines of another page that do not stand here yet, and the way to more of them.
function append(page) {
  const here = names();
  const list = document.querySelector(".papers");
  for (const line of page.querySelectorAll(".papers > .paper")) {
    if (!here.has(line.dataset.name)) list.append(document.importNode(line, true));
  }
  document.querySelector(".more")?.remove();
  const more = page.querySelector(".more");
  if (more) list.after(document.importNode(more, true));
  watchForTheEnd();
}

const end = new IntersectionObserver((seen) => {
  if (seen.some((one) => one.isIntersecting)) more();
}, { rootMargin: "600px" });

function watchForTheEnd() {
  end.disconnect();
  const link = document.querySelector(".more");
  if (link) end.observe(link);
}

let asking = false;
async function more() {
  const link = document.querySelector(".more a");
  if (!link || asking) return;
  asking = true;
  try {
    const told = await pageAt(link.href);
    if (told.ok) append(told.page);
    else end.disconnect(); // the link stays, and says why when it is followed
  } catch {
    end.disconnect();
  } finally {
    asking = false;
  }
}

watchForTheEnd();
