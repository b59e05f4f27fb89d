trigger Synced on Contact (before insert, before update) {
    if (Trigger.isInsert) {
        ContactHandler.prepare(Trigger.new);
    }
    new ContactHandler().run();
}
