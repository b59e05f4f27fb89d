({
  open: function (cmp, event, helper) {
    var nav = $A.get("e.force:navigateToURL");
    nav.setParams({ url: "/apex/V?ssn=" + cmp.get("v.patient.SSN__c") });
    nav.fire();
    var other = $A.get("e.force:navigateToSObject");
    other.setParams({ recordId: cmp.get("v.patient.Id") });
  }
})
