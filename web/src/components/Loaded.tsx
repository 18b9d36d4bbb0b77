/** The answer to a question, or what there is instead: its outline while it loads, or why not. */
import { Skeleton } from "antd";
import type { ReactNode } from "react";

import { ApiError, signedOut } from "../api/problem";
import { Failure } from "./Failure";

interface Question<Data> {
  data: Data | undefined;
  error: Error | null;
  isPending: boolean;
  refetch: () => unknown;
}

interface Props<Data> {
  of: Question<Data>;
  /** Shown while the first answer is on its way; as tall as what will come. */
  outline?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** What was read before stays below the word that it could not be read again. */
export function Loaded<Data>({ of, outline, children }: Props<Data>) {
  const { data, isPending } = of;
  const error = signedOut(of.error) ? null : of.error;
  const refused = error instanceof ApiError && error.status < 500;
  return (
    <>
      {error && <Failure error={error} {...(refused ? {} : { retry: () => void of.refetch() })} />}
      {isPending && (outline ?? <Skeleton active title={false} paragraph={{ rows: 6 }} />)}
      {data !== undefined && children(data)}
    </>
  );
}
