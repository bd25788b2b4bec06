// What holds from a page's first element on. Runs in the head, before anything is drawn.
import { startFilters } from "./filters.ts";
import { startTheme } from "./theme.ts";

startTheme(document.documentElement);
startFilters();
