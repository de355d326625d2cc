import { Injectable, signal } from '@angular/core';

/** Whether the browser has a network at all. */
@Injectable({ providedIn: 'root' })
export class Connectivity {
  readonly online = signal(navigator.onLine);

  constructor() {
    addEventListener('online', () => {
      this.online.set(true);
    });
    addEventListener('offline', () => {
      this.online.set(false);
    });
  }
}
