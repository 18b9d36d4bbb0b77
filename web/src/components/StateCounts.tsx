/** How many are in which state; each number narrows what is shown to them. */
import "./StateCounts.css";

import { Button, Flex } from "antd";
import { useTranslation } from "react-i18next";

import { StateTag } from "./StateTag";
import { toneOf } from "./tones";

interface Props<State extends string> {
  label: string;
  counts: readonly (readonly [state: State, count: number])[];
  chosen: readonly State[];
  onChoose: (chosen: State[]) => void;
  /** One choice takes the place of the one before. */
  single?: boolean;
  /** What stands for a state elsewhere, said here once. */
  letterOf?: (state: State) => string;
}

export function StateCounts<State extends string>(props: Props<State>) {
  const { label, counts, chosen, onChoose, single = false, letterOf } = props;
  const { i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const toggled = (state: State) => {
    if (chosen.includes(state)) return chosen.filter((each) => each !== state);
    return single ? [state] : [...chosen, state];
  };
  return (
    <Flex gap={8} wrap role="group" aria-label={label}>
      {counts.map(([state, count]) => (
        <Button
          key={state}
          size="small"
          aria-pressed={chosen.includes(state)}
          className="state-choice"
          onClick={() => {
            onChoose(toggled(state));
          }}
        >
          {letterOf && (
            <span className="state-letter" aria-hidden style={{ color: `var(--${toneOf(state)})` }}>
              {letterOf(state)}
            </span>
          )}
          <StateTag state={state} /> <span className="state-count">{number.format(count)}</span>
        </Button>
      ))}
    </Flex>
  );
}
