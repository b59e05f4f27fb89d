import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  draw(row) {
    const box = this.template.querySelector("div");
    box.innerHTML = "<b>" + row.Diagnosis__c + "</b>";
    box.innerHTML = this.html;
    box.innerHTML = this.more;
    box.innerHTML = escapeHtml(this.html);
    box.innerHTML = "<b>none</b>";
    box.innerHTML = "";
    box.textContent = row.Diagnosis__c;
    box.insertAdjacentHTML("beforeend", location.search);
  }
}
