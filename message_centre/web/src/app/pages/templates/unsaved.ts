/** Unsaved text of one page in this tab, which a reload and a wrong click leave where it is. */
export class Unsaved<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waiting: T | null = null;
  private readonly name: string;

  constructor(name: string) {
    this.name = `message-centre.unsaved.${name}`;
    addEventListener('pagehide', this.write);
  }

  read(): T | null {
    const kept = sessionStorage.getItem(this.name);
    try {
      return kept === null ? null : (JSON.parse(kept) as T);
    } catch {
      return null;
    }
  }

  keep(value: T): void {
    this.waiting = value;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.write, 300);
  }

  drop(): void {
    clearTimeout(this.timer);
    this.waiting = null;
    sessionStorage.removeItem(this.name);
  }

  /** Writes what waits, and is no longer used. */
  close(): void {
    this.write();
    removeEventListener('pagehide', this.write);
  }

  private readonly write = (): void => {
    clearTimeout(this.timer);
    if (this.waiting === null) return;
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.waiting));
      this.waiting = null;
    } catch {
      // The browser's store is full: the text stays in the page.
    }
  };
}
