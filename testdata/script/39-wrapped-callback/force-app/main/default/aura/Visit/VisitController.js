({
  init: function (cmp) {
    var action = cmp.get("c.getPatient");
    action.setCallback(this, $A.getCallback(function (response) {
      console.log(response.getReturnValue());
    }));
    var other = cmp.get("c.getPatient");
    other.setCallback(this, function (response) {
      console.log(response.getReturnValue());
    }.bind(this));
    var third = cmp.get("c.getPatient");
    third.setCallback(this, function (response) {
      console.log(response.getState());
      console.error(response.getError());
      console.error(response.getError()[0].message);
    });
    $A.enqueueAction(action);
  }
})
