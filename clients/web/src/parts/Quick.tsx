// A choice that takes one key: every option shows its own, and it works only while the focus is in this choice.
import { useId } from "preact/hooks";

const KEYS = "123456789abcdefghijklmnopqrstuvwxyz";

interface Props<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [T, string])[];
  readonly value: T | "";
  readonly onChange: (value: T) => void;
  /** The label is a heading elsewhere already. */
  readonly quiet?: boolean;
}

/** Radio buttons, so that arrows, Tab and a screen reader do what they always do; the keys come on top of that. */
export function Quick<T extends string>({ label, options, value, onChange, quiet }: Props<T>) {
  const name = useId();
  const choose = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const chosen = event.key.length === 1 ? options[KEYS.indexOf(event.key.toLowerCase())] : undefined;
    if (!chosen) return;
    event.preventDefault();
    onChange(chosen[0]);
    document.getElementById(`${name}-${chosen[0]}`)?.focus();
  };
  return (
    <fieldset class="ck-quick" onKeyDown={choose}>
      <legend class={quiet ? "ck-hidden" : "utrecht-form-label"}>{label}</legend>
      <div class="ck-quick__options">
        {options.map(([one, text], place) => (
          <label key={one} class="ck-choice">
            <input
              id={`${name}-${one}`}
              type="radio"
              name={name}
              value={one}
              checked={value === one}
              aria-keyshortcuts={KEYS[place]}
              onChange={() => onChange(one)}
            />
            <kbd class="ck-quick__key" aria-hidden="true">
              {KEYS[place]}
            </kbd>
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The options of a Dutch vocabulary, in its order. */
export function optionsOf<T extends string>(words: Readonly<Record<T, string>>): readonly (readonly [T, string])[] {
  return Object.entries(words) as [T, string][];
}
