/** Turning the pages of a list that the controller cuts by cursor. */
import { Button, Flex } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  cursor: string | null;
  next: string | null;
  onTurn: (cursor: string | null) => void;
}

export function Pager({ cursor, next, onTurn }: Props) {
  const { t } = useTranslation();
  if (!cursor && !next) return null;
  const turn = (to: string | null) => () => {
    onTurn(to);
    scrollTo({ top: 0 });
  };
  return (
    <Flex component="nav" aria-label={t("console.pages")} justify="end" gap={8}>
      <Button disabled={!cursor} onClick={turn(null)}>
        {t("console.first-page")}
      </Button>
      <Button disabled={!next} onClick={turn(next)}>
        {t("console.next-page")}
      </Button>
    </Flex>
  );
}
