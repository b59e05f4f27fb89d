({
  init: function (cmp, event, helper) {
    var action = cmp.get("c.getPatient");
    action.setCallback(this, function (response) {
      cmp.set("v.patient", response.getReturnValue());
      helper.remember(cmp);
    });
    $A.enqueueAction(action);
  }
})
