// Small pieces that several parts of the page use.
import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import { DOMAIN_NL, type Domain, type HeldSpan } from "../protocol.ts";
import { useRoom, type Trouble } from "../room.ts";
import { found, pseudonyms } from "../text.ts";

interface ActionProps {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
  readonly kind?: "primary" | "secondary" | "subtle";
  readonly negative?: boolean;
  /** Why it cannot be used now. The button stays reachable, so that everyone can read the reason. */
  readonly reason?: string;
  readonly busy?: boolean;
}

export function Action({ children, onClick, kind = "secondary", negative, reason = "", busy }: ActionProps) {
  const id = useId();
  const off = reason !== "" || busy === true;
  const look = `nl-button nl-button--${kind}${negative ? " nl-button--negative" : ""}${off ? " nl-button--disabled" : ""}`;
  return (
    <span class="ck-action">
      <button
        type="button"
        class={look}
        aria-disabled={off ? "true" : undefined}
        aria-describedby={reason ? id : undefined}
        onClick={() => {
          if (!off) onClick();
        }}
      >
        {children}
      </button>
      {reason && (
        <span class="ck-action__reason" id={id}>
          {reason}
        </span>
      )}
    </span>
  );
}

interface ConfirmProps {
  readonly label: string;
  readonly title: string;
  readonly yes: string;
  readonly children: ComponentChildren;
  readonly onYes: () => void;
  /** It was closed, by either answer or with Escape. */
  readonly onClose?: () => void;
  readonly kind?: "secondary" | "subtle";
  readonly reason?: string;
  readonly busy?: boolean;
}

/** A button that asks once more. The browser's own dialog keeps the focus inside and gives it back. */
export function Confirm({ label, title, yes, children, onYes, onClose, kind = "secondary", reason = "", busy }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  return (
    <>
      <Action kind={kind} reason={reason} busy={busy === true} onClick={() => dialog.current?.showModal()}>
        {label}
      </Action>
      <dialog class="ck-dialog" ref={dialog} aria-labelledby={heading} onClose={() => onClose?.()}>
        <h2 class="nl-heading nl-heading--level-2" id={heading}>
          {title}
        </h2>
        {children}
        <div class="ck-actions">
          <button
            type="button"
            class="nl-button nl-button--primary nl-button--negative"
            onClick={() => {
              dialog.current?.close();
              onYes();
            }}
          >
            {yes}
          </button>
          <button type="button" class="nl-button nl-button--secondary" onClick={() => dialog.current?.close()}>
            Nee, terug
          </button>
        </div>
      </dialog>
    </>
  );
}

/** A text with its pseudonyms set apart, calmly. */
export function Told({ text }: { readonly text: string }) {
  const { pattern } = useRoom();
  return (
    <>
      {pseudonyms(text, pattern).map((piece, at) =>
        piece.kind === "pseudonym" ? (
          <span class="ck-pseudonym" key={at}>
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}

/** The author's own text with the places that the guard found, each with its kind in words. */
export function Marked({ text, spans }: { readonly text: string; readonly spans: readonly HeldSpan[] }) {
  const { setup } = useRoom();
  return (
    <p class="ck-told">
      {found(text, spans).map((piece, at) =>
        piece.kind === "held" ? (
          <mark class="nl-mark ck-mark" key={at}>
            {piece.text} <span class="ck-mark__kind">({setup.labels[piece.label] ?? "iets herkenbaars"})</span>
          </mark>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
}

export function DomainName({ domain }: { readonly domain: Domain }) {
  return <span class={`ck-domain ck-domain--${domain}`}>{DOMAIN_NL[domain]}</span>;
}

interface AlertProps {
  readonly kind: "info" | "ok" | "warning" | "error";
  readonly children: ComponentChildren;
  readonly urgent?: boolean;
}

export function Alert({ kind, children, urgent }: AlertProps) {
  return (
    <div class={`utrecht-alert utrecht-alert--${kind} ck-alert`} role={urgent ? "alert" : undefined}>
      <div class="utrecht-alert__content">
        <div class="utrecht-alert__message">{children}</div>
      </div>
    </div>
  );
}

/** What the service refused, with the places in the texts where it found something. */
export function Refusal({ trouble, texts }: { readonly trouble: Trouble | null; readonly texts?: Record<string, string> }) {
  const { setup } = useRoom();
  if (!trouble) return null;
  const names: Record<string, string> = { text: "Tekst", dissent: "Andere mening", title: "Titel" };
  const fields = Object.entries(texts ?? {}).filter(([name]) => trouble.spans.some((one) => one.field === name));
  const kinds = [...new Set(trouble.spans.map((one) => setup.labels[one.label] ?? "iets herkenbaars"))];
  return (
    <Alert kind="error" urgent>
      <p class="nl-paragraph">
        {trouble.message}
        {kinds.length > 0 && ` Gevonden: ${kinds.join(", ")}.`}
      </p>
      {fields.map(([name, text]) => (
        <div key={name}>
          <strong>{names[name] ?? name}</strong>
          <Marked text={text} spans={trouble.spans.filter((one) => one.field === name)} />
        </div>
      ))}
    </Alert>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string, hint: string | undefined) => JSX.Element;
}

/** A form field with its label, and a hint that belongs to it. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div class="utrecht-form-field ck-formfield">
      <label class="utrecht-form-label" for={id}>
        {label}
      </label>
      {hint && (
        <p class="ck-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children(id, hint ? `${id}-hint` : undefined)}
    </div>
  );
}

export function time(at: string): string {
  return new Date(at).toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit" });
}
