import { Routes } from '@angular/router';

export default [{ path: '', title: 'senders.title', loadComponent: () => import('./senders-page') }] satisfies Routes;
