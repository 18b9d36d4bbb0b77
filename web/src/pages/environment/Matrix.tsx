/**
 * Many nodes at a glance: a tile for each, coloured and lettered by its state there.
 *
 * One stop for the keyboard, however many they are: within, the arrow keys lead from tile
 * to tile, and Enter narrows the table below to that node.
 */
import "./Matrix.css";

import { type KeyboardEvent, memo, type MouseEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Replica } from "../../api/environments";
import { toneOf } from "../../components/tones";
import { placeAfter } from "./matrix";

interface TileProps {
  place: number;
  letter: string;
  /** Name and state in words: what is read out, and shown where it is pointed at. */
  words: string;
  state: Replica["state"];
  away: boolean;
  chosen: boolean;
  /** The one that Tab reaches. */
  reached: boolean;
}

/** Of a thousand tiles only those that changed are drawn anew. */
const Tile = memo(function Tile({ place, letter, words, state, away, chosen, reached }: TileProps) {
  return (
    <div
      role="option"
      className={`tile ${toneOf(state)}${away ? " away" : ""}`}
      data-place={place}
      aria-selected={chosen}
      aria-label={words}
      title={words}
      tabIndex={reached ? 0 : -1}
    >
      {letter}
    </div>
  );
});

interface Props {
  replicas: Replica[];
  /** The node that is looked at. */
  chosen: string | null;
  onChoose: (node: string | null) => void;
}

function placeOf({ target }: MouseEvent | KeyboardEvent): number | null {
  const tile = target instanceof Element ? target.closest<HTMLElement>("[data-place]") : null;
  return tile ? Number(tile.dataset.place) : null;
}

function columnsOf(grid: Element): number {
  return getComputedStyle(grid).gridTemplateColumns.split(" ").length;
}

export function Matrix({ replicas, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const grid = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const reached = Math.min(at, replicas.length - 1);
  const words = useMemo(
    () =>
      replicas.map(({ node, state, node_state: its }) => {
        const said = its === "online" ? t(`states.${state}`) : `${t(`states.${state}`)} · ${t(`states.${its}`)}`;
        return t("console.matrix.tile", { node, state: said });
      }),
    [replicas, t],
  );
  const choose = (place: number) => {
    setAt(place);
    const node = replicas[place]?.node ?? null;
    onChoose(node === chosen ? null : node);
  };
  const press = (event: KeyboardEvent) => {
    const place = placeOf(event);
    if (place === null) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(place);
      return;
    }
    const to = placeAfter(event.key, place, {
      count: replicas.length,
      columns: columnsOf(event.currentTarget),
    });
    if (to === null) return;
    event.preventDefault();
    setAt(to);
    grid.current?.querySelector<HTMLElement>(`[data-place="${String(to)}"]`)?.focus();
  };
  return (
    <div
      ref={grid}
      className="matrix"
      role="listbox"
      aria-label={t("console.matrix.label")}
      onKeyDown={press}
      onClick={(event) => {
        const place = placeOf(event);
        if (place !== null) choose(place);
      }}
    >
      {replicas.map(({ node, state, node_state: its }, place) => (
        <Tile
          key={node}
          place={place}
          letter={t(`console.matrix.letter.${state}`)}
          words={words[place] ?? node}
          state={state}
          away={its === "offline"}
          chosen={node === chosen}
          reached={place === reached}
        />
      ))}
    </div>
  );
}
