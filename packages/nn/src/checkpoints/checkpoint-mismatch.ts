/** Values by name that are not those asked for. */
import { FormatError, formatType, type NdArray, type TensorType } from "@unfold/core";

/** What becomes of values that nobody asked for: "refuse" is the default. */
export type ExtraValues = "refuse" | "ignore";

/** What there is to say about each name that is missing or of another type. */
type Note = (name: string, found: NdArray | undefined) => string;

/** How values differ from those wanted, one text for each name. */
export function typeProblems(
  wanted: ReadonlyMap<string, TensorType>,
  values: ReadonlyMap<string, NdArray>,
  extra: ExtraValues = "refuse",
  note: Note = () => "",
): string[] {
  const problems = [...wanted].flatMap(([name, type]) => {
    const value = values.get(name);
    const text = formatType(type);
    if (value === undefined) return [`no "${name}" of ${text}${note(name, value)}`];
    const found = formatType(value.type);
    return found === text ? [] : [`"${name}" of ${found} instead of ${text}${note(name, value)}`];
  });
  if (extra === "ignore") return problems;
  const others = [...values].filter(([name]) => !wanted.has(name));
  return [...problems, ...others.map(([name, { type }]) => `"${name}" of ${formatType(type)}, which is none of them`)];
}

/** Problems named in an error. */
const SHOWN = 8;

/** An error that names the problems. */
export function checkpointMismatch(where: string, rule: string, problems: readonly string[], fix: string): FormatError {
  const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : "";
  return new FormatError({
    code: "CHECKPOINT_MISMATCH",
    where,
    rule,
    got: problems.slice(0, SHOWN).join("; ") + more,
    fix,
    details: { problems },
  });
}
