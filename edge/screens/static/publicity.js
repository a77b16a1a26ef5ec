// The publicity screen: pictures and films in turn over the whole screen, the hall's name when there are none.
import { byId, facts } from "./hall.js";
import { playlist, reloadWhenThere } from "./playlist.js";

playlist(byId("stage"), byId("greeting"));
setInterval(() => reloadWhenThere((page) => !page.includes(`/static/${facts.assets}/`)), 300_000);
