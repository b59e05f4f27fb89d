trigger VisitCopies on Visit__c (after insert, after update) {
    VisitCopier.copy(Trigger.new);
}
