/** Keeps a page's own fault, or a part of the console that does not load, to that page. */
import { Component, type ReactNode } from "react";

import { Failure } from "./Failure";

interface Props {
  children: ReactNode;
}

export class Boundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    // A fresh page also brings the files of a controller that was renewed meanwhile.
    return (
      <Failure
        error={error}
        retry={() => {
          location.reload();
        }}
      />
    );
  }
}
