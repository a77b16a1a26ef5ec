// Where somebody goes on who has signed in: what must be done first, else where they were going.

import { ask } from "./base.js";

const FIRST = {
  SECOND_FACTOR_NEEDED: "/sign-in/code",
  SECRET_CHANGE_NEEDED: "/account/secret",
  SECOND_FACTOR_TO_SET_UP: "/account/second-factor",
};

export function next() {
  // only a path of ours, never another site
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  const target = new URL(wanted, location.origin);
  const ours = target.origin === location.origin && !/^\/(sign-in|activate|account\/)/.test(target.pathname);
  return ours ? target.pathname : "/";
}

export async function go(target) {
  const me = await ask("/api/v1/session");
  const first = FIRST[me.must];
  location.assign(first ? `${first}?next=${encodeURIComponent(target)}` : target);
}
