// Small help for forms that work without it too: saving while one types, busy buttons, one more question, copying.

const PAUSE_MS = 800;

/** Adds what a page's attributes ask for: `data-autosave`, `data-busy`, `data-confirm`, `data-blocked`, `data-copy`. */
export function enhance(page: Document): void {
  for (const form of page.querySelectorAll<HTMLFormElement>("form[data-autosave]")) autosave(form);
  for (const button of page.querySelectorAll<HTMLButtonElement>("button[data-copy]")) copy(page, button);
  page.addEventListener("submit", submitting);
  page.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.dataset["blocked"] !== undefined) event.preventDefault();
    const question = button?.dataset["confirm"];
    if (question && !window.confirm(question)) event.preventDefault();
  });
}

function submitting(event: SubmitEvent): void {
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement) || !button.dataset["busy"]) return;
  if (button.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  button.setAttribute("aria-busy", "true");
  button.textContent = button.dataset["busy"];
}

function autosave(form: HTMLFormElement): void {
  const said = form.querySelector<HTMLElement>("[data-saved]");
  let timer = 0;
  let sent = Promise.resolve();
  const save = async () => {
    try {
      const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
      const answer = await fetch(form.action, {
        method: "POST",
        body,
        headers: { "X-Autosave": "ja", Accept: "application/json" },
        redirect: "error",
      });
      if (said) said.textContent = answer.ok ? "Bewaard." : "Nog niet bewaard: iets is te lang of niet te lezen.";
    } catch {
      if (said) said.textContent = "Nog niet bewaard: het station antwoordt niet.";
    }
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      sent = sent.then(save);
    }, PAUSE_MS);
  });
  form.addEventListener("submit", () => window.clearTimeout(timer));
}

function copy(page: Document, button: HTMLButtonElement): void {
  const words = button.textContent;
  button.addEventListener("click", async () => {
    const from = page.getElementById(button.dataset["copy"] ?? "");
    try {
      await navigator.clipboard.writeText(from?.textContent ?? "");
      button.textContent = "Gekopieerd";
    } catch {
      button.textContent = "Kopiëren lukt hier niet: selecteer de tekst zelf";
    }
    window.setTimeout(() => {
      button.textContent = words;
    }, 2500);
  });
}
