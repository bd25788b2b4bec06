// Show the number of the order that was just made.
import { find } from "./dom.js";

const number = new URLSearchParams(location.search).get("order") ?? "";
if (/^FW-\d{6}$/.test(number)) find("#order-number").textContent = number;
