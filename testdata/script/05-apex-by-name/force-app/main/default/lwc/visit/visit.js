import { LightningElement, wire, api } from "lwc";
import getPatients from "@salesforce/apex/PatientController.getPatients";
import getRooms from "@salesforce/apex/RoomController.getRooms";
export default class Visit extends LightningElement {
  async load() {
    const rows = await getPatients({ id: this.recordId });
    sessionStorage.setItem("rows", JSON.stringify(rows));
    const rooms = await getRooms();
    console.log(rooms);
  }
}
