// The account's page. Signing in is pretended: nothing is sent or kept beyond this tab.
import { find, formError, looksLikeEmail, toast } from "./dom.js";

const KEY = "fernweh-signed-in";
const LEAST_LETTERS = 8;

function show() {
  const inside = sessionStorage.getItem(KEY) === "yes";
  find("#signed-out").hidden = inside;
  find("#signed-in").hidden = !inside;
  find("#account-title").textContent = inside ? "Your account" : "Good to see you";
}

find("#login").addEventListener("submit", (event) => {
  event.preventDefault();
  const good = looksLikeEmail(find("#login-email").value) && find("#login-password").value.length >= LEAST_LETTERS;
  formError("#login-error", good ? "" : "E-mail and password do not match. Passwords have at least eight letters.");
  if (!good) return;
  find("#login-password").value = "";
  sessionStorage.setItem(KEY, "yes");
  show();
});
find("#login-show").addEventListener("change", ({ currentTarget }) => {
  find("#login-password").type = currentTarget.checked ? "text" : "password";
});
find("#logout").addEventListener("click", () => {
  sessionStorage.removeItem(KEY);
  show();
});
find("#password-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const [old, fresh, again] = ["#old-password", "#new-password", "#new-password-2"].map((id) => find(id).value);
  const message = old === "" ? "Please enter your old password."
    : fresh.length < LEAST_LETTERS ? "The new one needs at least eight letters."
      : fresh !== again ? "The two new ones differ." : "";
  formError("#password-error", message);
  if (message !== "") return;
  event.currentTarget.reset();
  toast("Your password is changed");
});
show();
