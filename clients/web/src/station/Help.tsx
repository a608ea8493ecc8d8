// The keys of the review screen.
const KEYS: readonly (readonly [string, string])[] = [
  ["v", "vervangen"],
  ["l", "laten staan, met een reden"],
  ["w", "weglaten"],
  ["s", "andere soort"],
  ["o", "overal in deze casus, aan of uit"],
  ["a", "alle twijfel vervangen"],
  ["m", "zelf woorden markeren"],
  ["u", "terugdraaien (ook Ctrl+Z)"],
  ["n", "volgende waarover nog niet is beslist"],
  ["↑ ↓", "vorige, volgende"],
  ["Enter", "verder, als alles is beslist"],
];

/** Shows them. */
export function Help() {
  return (
    <dl class="ck-card ck-keys">
      {KEYS.map(([key, name]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{name}</dd>
        </div>
      ))}
    </dl>
  );
}
