import { LightningElement } from "lwc";
export default class Visit extends LightningElement {
  draw(event, points, names) {
    const box = this.template.querySelector("div");
    const when = new Date();
    const top = Math.max(...points.map((point) => point.y));
    box.innerHTML = `<i style="left:${event.clientX}px;width:${box.offsetWidth / 2}px">${top}</i>`;
    box.innerHTML = when.getFullYear() + "-" + String(when.getMonth() + 1).padStart(2, "0");
    box.innerHTML = points.map((point) => `<li>${Number(point.y).toFixed(1)}</li>`).join("");
    box.innerHTML = names.map((name) => `<li>${name.label}</li>`).join("");
  }
}
