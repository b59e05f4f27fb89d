trigger OnVisit on Visit__c (before insert, after  update) {
    for (Visit__c v : Trigger.new) { v.addError('no'); }
}
