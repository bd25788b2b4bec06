// The help page: links to an answer open it, and the letter to us is checked but not sent.
import { find, formError, looksLikeEmail, toast } from "./dom.js";

function openTarget() {
  const target = location.hash === "" ? null : document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

find("#contact").addEventListener("submit", (event) => {
  event.preventDefault();
  const good = looksLikeEmail(find("#contact-email").value) && find("#contact-text").value.trim() !== "";
  formError("#contact-error", good ? "" : "Please tell us where to answer, and what about.");
  if (!good) return;
  event.currentTarget.reset();
  toast("Thank you, we answer within two days");
});
addEventListener("hashchange", openTarget);
openTarget();
