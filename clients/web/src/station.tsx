// Starts what a page of the station needs: the review screen, saving while one types, buttons that say they are busy.
import { render } from "preact";
import { Review, type Setup } from "./station/Review.tsx";
import { enhance } from "./station/forms.ts";

enhance(document);

const place = document.getElementById("nakijken");
const { case: name, state, labels, reasons } = place?.dataset ?? {};
if (place && name && state && labels && reasons) {
  const setup: Setup = { case: name, labels: JSON.parse(labels), reasons: JSON.parse(reasons) };
  render(<Review setup={setup} first={JSON.parse(state)} />, place);
}
