/** Text messages: one sender, as the phone names them, in the thread of everything that came under that name. */

import {el} from "../dom.js";
import {avatar} from "./parts.js";
import {conversation} from "./chat.js";
import {cued} from "./thread.js";

/**
 * @param {HTMLElement} root
 * @param {object} view
 * @param {object} tools
 */
export function mount(root, view, tools) {
  const {name, number, phone = number} = view.scene.content.sender;
  return conversation(root, view, tools, {kind: "sms", top: el("div", {class: "sms-sender"}, [
    avatar({name: name ?? phone}, tools), el("p", {class: "chat-room", ...cued(view, "sender")}, tools.node(name ?? phone)),
    name && phone && el("p", {}, el("bdi", {dir: "ltr", ...cued(view, "number")}, tools.node(phone)))])});
}
