/** A search that follows the typing after a short pause; Enter does not wait. */
import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useEffect, useRef, useState } from "react";

const PAUSE = 300;

interface Props {
  label: string;
  /** What is searched for now; it may change from elsewhere, as by the back button. */
  value: string;
  onSearch: (value: string) => void;
}

export function SearchBox({ label, value, onSearch }: Props) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => {
    clearTimeout(timer.current);
  }, []);

  if (value !== known) {
    setKnown(value);
    if (value !== text.trim()) setText(value);
  }
  const search = (wish: string) => {
    clearTimeout(timer.current);
    if (wish.trim() !== value) onSearch(wish.trim());
  };
  return (
    <Input
      type="search"
      className="search wide"
      prefix={<SearchOutlined aria-hidden />}
      aria-label={label}
      placeholder={label}
      value={text}
      maxLength={200}
      onChange={({ target }) => {
        setText(target.value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          search(target.value);
        }, PAUSE);
      }}
      onPressEnter={() => {
        search(text);
      }}
    />
  );
}
