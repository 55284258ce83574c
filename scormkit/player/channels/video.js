/** The video meeting: who takes part, what is on the shared screen, what is said as captions, its chat on the side. */

import {el} from "../dom.js";
import {icon} from "./parts.js";
import {conversation} from "./chat.js";
import {scriptLines} from "./script.js";
import {cued} from "./thread.js";

/**
 * @param {HTMLElement} root
 * @param {object} view
 * @param {object} tools
 */
export function mount(root, view, tools) {
  const {title, participants, sharing, chat} = view.scene.content;
  return conversation(root, view, tools, {
    kind: "video", members: participants, reply: "phone.say",
    top: el("p", {class: "chat-room", ...cued(view, "title")}, tools.node(title)),
    below: [
      sharing && el("div", {class: "video-shared", ...cued(view, "sharing")}, [
        icon("file"), el("span", {}, tools.word("chat.sharing")), tools.node(sharing)]),
      chat && el("div", {class: "video-aside", role: "group", "aria-label": tools.word("chat.aside"), ...cued(view, "chat")}, [
        el("p", {class: "choices-title"}, tools.word("chat.aside")), scriptLines(chat, view, tools)])],
  });
}
