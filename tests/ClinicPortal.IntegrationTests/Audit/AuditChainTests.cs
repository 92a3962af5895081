using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Audit;

/// <summary>What the owner of the database does to the access log is found, with its place.</summary>
public sealed class AuditChainTests(PortalDatabaseFixture portal) : IClassFixture<PortalDatabaseFixture>
{
    private static readonly DerivedKey AttackersKey = MasterKeys.Of($"attacker={Convert.ToBase64String(new byte[MasterKeys.KeyBytes])}").Derive("audit entry");

    public static TheoryData<string> Alterations { get; } =
    [
        "actor_id = gen_random_uuid()", "actor_name = '別人'", "role = 'secretariat'", "organisation_id = NULL", "organisation_name = '別の医院'", "session_id = NULL",
        "request_id = 'x'", "action = 'Listed'", "record_kind = 'report'", "record_ids = '{}'", "patient_ids = '{}'", "sealed_details = NULL",
        "sealed_details = '{}'", "sealed_details = (SELECT o.sealed_details FROM app.audit_entry o WHERE o.tenant_id = $1 AND o.id <> $2 LIMIT 1)", "break_glass = true", "origin = '10.0.0.1'", "agent = NULL", "mac = ''", "key_id = ''", "mac = '', key_id = ''",
        "record_ids = '{NULL}'", "patient_ids = '{{NULL},{NULL}}'", "sealed_details = ''", "sealed_details = set_byte(sealed_details, 1, 9)", "mac = sha256('x') || sha256('y')",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Untouched_IsWhole()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await log.WriteAsync(50);
        await log.Anchors.WriteAsync(Cancellation);

        var verdict = await log.Verifier.VerifyAsync(log.Tenant, Cancellation);

        Assert.Empty(verdict.Findings);
        Assert.Equal(new VerifiedChain(log.Tenant, 50, 50, 0, 50), Assert.Single(verdict.Chains));
    }

    [Fact]
    public async Task EntryThatCommitsLate_IsLinkedAllTheSame()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await using var slow = await portal.Database.Owner.OpenConnectionAsync(Cancellation);
        await using var transaction = await slow.BeginTransactionAsync(Cancellation);
        await log.InsertAsync(slow, log.Entry(NightClock.Start.AddMinutes(-10)));
        await log.WriteAsync(3);

        Assert.Equal(0, await log.Linker.LinkAsync(Cancellation));
        await transaction.CommitAsync(Cancellation);

        Assert.Equal(1, await log.Linker.LinkAsync(Cancellation));
        var verdict = await log.Verifier.VerifyAsync(log.Tenant, Cancellation);
        Assert.Empty(verdict.Findings);
        Assert.Equal((4, 4), (verdict.Chains[0].Entries, verdict.Chains[0].Links));
    }

    [Fact]
    public async Task ManyLinkersAtOnce_MakeOneChain()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AccessLog.OfNewAssociationAsync(portal.Database)));

        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(i => log.WriteAsync(40, NightClock.Start.AddHours(i).ToUniversalTime())));
        await Task.WhenAll(others.Select(async other =>
        {
            while (!writing.IsCompleted)
            {
                await other.Linker.LinkAsync(Cancellation);
            }
        }).Append(writing));
        await log.Linker.LinkAsync(Cancellation);

        var verdict = await log.Verifier.VerifyAsync(log.Tenant, Cancellation);
        Assert.Empty(verdict.Findings);
        Assert.Equal(160, verdict.Chains[0].Links);
    }

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task AlteredEntry_IsFound(string alteration)
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        await log.TamperAsync($"UPDATE app.audit_entry SET {alteration} WHERE tenant_id = $1 AND id = $2", entries[4].Id);

        var found = (await log.FindingsAsync()).Single(f => f.Fault != AuditFault.PatientListDiffers);
        Assert.Contains(found.Fault, new[] { AuditFault.EntryAltered, AuditFault.EntryForged });
        Assert.Equal((5L, 5L, entries[4].Id, entries[4].At), (found.First, found.Last, found.EntryId, found.At));
    }

    [Fact]
    public async Task EntryMovedInTime_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        await log.TamperAsync("UPDATE app.audit_entry SET at = at - interval '3 days' WHERE tenant_id = $1 AND id = $2", entries[4].Id);

        var found = await log.FindingsAsync();
        Assert.Contains(found, f => f is { Fault: AuditFault.EntryMissing, First: 5 } && f.EntryId == entries[4].Id);
        Assert.Contains(found, f => f.Fault == AuditFault.NotLinked && f.EntryId == entries[4].Id);
    }

    [Fact]
    public async Task DeletedEntry_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        await log.TamperAsync("DELETE FROM app.audit_entry WHERE tenant_id = $1 AND id = $2", entries[2].Id);
        await log.TamperAsync("DELETE FROM app.audit_patient WHERE tenant_id = $1 AND entry_id = $2", entries[2].Id);

        Assert.Equal(new AuditFinding(AuditFault.EntryMissing, log.Tenant, 3, 3, entries[2].Id, entries[2].At), Assert.Single(await log.FindingsAsync()));
    }

    [Fact]
    public async Task EntryDeletedWithItsLink_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        await ForgetAsync(log, entries[2].Id);

        var found = Assert.Single(await log.FindingsAsync());
        Assert.Equal((AuditFault.LinkMissing, 3L, 3L), (found.Fault, found.First, found.Last));
    }

    [Fact]
    public async Task LostTail_UpToTheLastAnchor_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);
        await log.Anchors.WriteAsync(Cancellation);

        await ForgetAsync(log, [.. entries.Skip(6).Select(e => e.Id)]);

        var found = Assert.Single(await log.FindingsAsync());
        Assert.Equal((AuditFault.TailLost, 7L, 9L), (found.Fault, found.First, found.Last));
    }

    [Fact]
    public async Task LostTail_ThatGrewAgain_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);
        await log.Anchors.WriteAsync(Cancellation);

        await ForgetAsync(log, [.. entries.Skip(6).Select(e => e.Id)]);
        await log.WriteAsync(5, NightClock.Start.AddHours(1).ToUniversalTime());

        var found = Assert.Single(await log.FindingsAsync());
        Assert.Equal((AuditFault.AnchoredOtherwise, 9L), (found.Fault, found.First));
    }

    [Fact]
    public async Task TwoEntriesExchanged_AreFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        await log.TamperAsync("""
            UPDATE app.audit_entry e SET actor_id = o.actor_id, actor_name = o.actor_name, record_ids = o.record_ids, mac = o.mac FROM app.audit_entry o
            WHERE e.tenant_id = $1 AND o.tenant_id = $1 AND ((e.id = $2 AND o.id = $3) OR (e.id = $3 AND o.id = $2))
            """, entries[2].Id, entries[5].Id);

        Assert.Equal(
            [(AuditFault.EntryAltered, 3L), (AuditFault.EntryAltered, 6L)], (await log.FindingsAsync()).Select(f => (f.Fault, f.First!.Value)));
    }

    [Fact]
    public async Task TwoLinksExchanged_AreFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await log.WriteAsync(9);

        await log.TamperAsync("""
            UPDATE app.audit_link l SET entry_at = o.entry_at, entry_id = o.entry_id FROM app.audit_link o
            WHERE l.tenant_id = $1 AND o.tenant_id = $1 AND ((l.sequence = 3 AND o.sequence = 6) OR (l.sequence = 6 AND o.sequence = 3))
            """);

        Assert.Equal([(AuditFault.LinkAltered, 3L), (AuditFault.LinkAltered, 6L)], (await log.FindingsAsync()).Select(f => (f.Fault, f.First!.Value)));
    }

    [Fact]
    public async Task ChangedLink_IsFound_AndNoneAfterItBlamed()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await log.WriteAsync(9);

        await log.TamperAsync("UPDATE app.audit_link SET mac = sha256('x') WHERE tenant_id = $1 AND sequence = 4");

        var found = Assert.Single(await log.FindingsAsync());
        Assert.Equal((AuditFault.LinkAltered, 4L, 4L), (found.Fault, found.First, found.Last));
    }

    [Theory]
    [InlineData("mac = ''", AuditFault.LinkAltered)]
    [InlineData("mac = convert_to(repeat('x', 100000), 'UTF8')", AuditFault.LinkAltered)]
    [InlineData("key_id = ''", AuditFault.UnknownKey)]
    [InlineData("entry_at = '200000-01-01'", AuditFault.EntryMissing)]
    [InlineData("entry_at = '-infinity'", AuditFault.EntryMissing)]
    public async Task LinkThatNobodyCanRead_IsFound_AndDoesNotEndTheReading(string alteration, AuditFault fault)
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        await log.TamperAsync($"UPDATE app.audit_link SET {alteration} WHERE tenant_id = $1 AND sequence = 4");
        await log.TamperAsync("UPDATE app.audit_entry SET actor_name = '別人' WHERE tenant_id = $1 AND id = $2", entries[7].Id);

        var found = await log.FindingsAsync();
        Assert.Equal((fault, 4L), (found[0].Fault, found[0].First));
        Assert.Contains(found, f => f is { Fault: AuditFault.EntryAltered, First: 8 });
        Assert.DoesNotContain(found, f => f.First is { } first and not (4 or 8));
    }

    [Fact]
    public async Task ForgedEntry_ThatNobodyLinked_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);
        await log.TamperAsync("DELETE FROM app.audit_patient WHERE tenant_id = $1 AND entry_id = $2", entries[4].Id);

        var forged = await ForgeAsync(log, entries[4].Id);

        Assert.Contains(await log.FindingsAsync(), f => f.Fault == AuditFault.NotLinked && f.EntryId == forged);
    }

    [Fact]
    public async Task ForgedEntry_ThatTheLinkerWasMadeToLink_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        var forged = await ForgeAsync(log, entries[4].Id);
        await log.TamperAsync("INSERT INTO app.audit_unlinked (tenant_id, at, entry_id) SELECT tenant_id, at, id FROM app.audit_entry WHERE tenant_id = $1 AND id = $2", forged);
        await log.Linker.LinkAsync(Cancellation);

        var found = Assert.Single(await log.FindingsAsync());
        Assert.Equal((AuditFault.EntryForged, 10L, forged), (found.Fault, found.First, found.EntryId));
    }

    [Fact]
    public async Task ForgedEntry_WithoutAnySignature_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await log.WriteAsync(3);

        await using (var owner = await portal.Database.Owner.OpenConnectionAsync(Cancellation))
        {
            await log.InsertAsync(owner, log.Entry(NightClock.Start.AddHours(1).ToUniversalTime()));
        }
        await log.TamperAsync("UPDATE app.audit_entry SET mac = '', key_id = '' WHERE tenant_id = $1 AND at > '2026-11-22 12:30Z'");
        await log.Linker.LinkAsync(Cancellation);

        Assert.Equal((AuditFault.EntryForged, 4L), (await log.FindingsAsync()).Select(f => (f.Fault, f.First!.Value)).Single());
    }

    [Fact]
    public async Task ForgedEntry_WithoutAnySignature_IsFound_EvenAsTheFirstOfItsAssociation()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await using (var owner = await portal.Database.Owner.OpenConnectionAsync(Cancellation))
        {
            await log.InsertAsync(owner, log.Entry(NightClock.Start.ToUniversalTime()));
        }
        await log.TamperAsync("UPDATE app.audit_entry SET mac = '', key_id = '' WHERE tenant_id = $1");
        await log.Linker.LinkAsync(Cancellation);

        Assert.Equal((AuditFault.EntryForged, 1L), (await log.FindingsAsync()).Select(f => (f.Fault, f.First!.Value)).Single());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChainedAgainUnderAnotherKey_IsFoundFromItsBeginning(bool saysSo)
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);
        var mac = AuditMac.Beginning;
        for (var i = 0; i < entries.Count; i++)
        {
            mac = AuditMac.OfLink(AttackersKey.Bytes, mac, i + 1, AuditMac.BytesOf(entries[i]).WrittenSpan);
            await log.TamperAsync(
                $"UPDATE app.audit_link SET mac = $2 {(saysSo ? ", key_id = 'attacker'" : "")} WHERE tenant_id = $1 AND sequence = $3", mac, (long)(i + 1));
        }

        var found = Assert.Single(await log.FindingsAsync());

        Assert.Equal((saysSo ? AuditFault.UnknownKey : AuditFault.LinkAltered, 1L, 9L), (found.Fault, found.First, found.Last));
    }

    [Fact]
    public async Task DroppedPartition_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await log.WriteAsync(3);
        await log.WriteAsync(4, new DateTimeOffset(2027, 1, 10, 0, 0, 0, TimeSpan.Zero));
        await log.WriteAsync(2, new DateTimeOffset(2027, 2, 10, 0, 0, 0, TimeSpan.Zero));

        await portal.Database.ExecuteAsync("DROP TABLE app.audit_entry_202701");

        var found = (await log.FindingsAsync()).Single(f => f.Fault == AuditFault.EntryMissing);
        Assert.Equal((4L, 7L, 4L), (found.First, found.Last, found.Count));
    }

    [Fact]
    public async Task EntryTakenFromTheQueue_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await using var owner = await portal.Database.Owner.OpenConnectionAsync(Cancellation);
        var hidden = log.Entry(NightClock.Start.ToUniversalTime());
        await log.InsertAsync(owner, hidden);

        await log.TamperAsync("DELETE FROM app.audit_unlinked WHERE tenant_id = $1");

        Assert.Equal(new AuditFinding(AuditFault.NotLinked, log.Tenant, EntryId: hidden.Id, At: hidden.At), Assert.Single(await log.FindingsAsync()));
    }

    [Fact]
    public async Task EntryThatWaitsForMoreThanAMinute_IsFound_AndAYoungerOneIsNot()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await using var owner = await portal.Database.Owner.OpenConnectionAsync(Cancellation);
        await log.InsertAsync(owner, log.Entry(NightClock.Start.ToUniversalTime()));
        Assert.Empty(await log.FindingsAsync());

        await log.TamperAsync("UPDATE app.audit_unlinked SET queued_at = queued_at - interval '61 seconds' WHERE tenant_id = $1");

        Assert.Equal(AuditFault.LinkedTooLate, Assert.Single(await log.FindingsAsync()).Fault);

        await log.TamperAsync("UPDATE app.audit_unlinked SET queued_at = queued_at + interval '1 year' WHERE tenant_id = $1");

        Assert.Equal(AuditFault.LinkedTooLate, Assert.Single(await log.FindingsAsync()).Fault);
    }

    [Fact]
    public async Task LookHiddenFromThePatientsList_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        await log.TamperAsync("DELETE FROM app.audit_patient WHERE tenant_id = $1 AND entry_id = $2", entries[0].Id);

        Assert.Equal(
            new AuditFinding(AuditFault.PatientListDiffers, log.Tenant, EntryId: entries[0].Id, At: entries[0].At), Assert.Single(await log.FindingsAsync()));
    }

    [Fact]
    public async Task LookListedForAnotherPatient_OrWithAnotherEntry_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        var entries = await log.WriteAsync(9);

        await log.TamperAsync("UPDATE app.audit_patient SET patient_id = gen_random_uuid() WHERE tenant_id = $1 AND entry_id = $2", entries[2].Id);
        await log.TamperAsync("UPDATE app.audit_patient SET entry_id = $3 WHERE tenant_id = $1 AND entry_id = $2", entries[5].Id, entries[6].Id);

        var found = await log.FindingsAsync();
        Assert.All(found, f => Assert.Equal(AuditFault.PatientListDiffers, f.Fault));
        Assert.Equal([entries[2].Id, entries[5].Id, entries[6].Id], found.Select(f => f.EntryId!.Value).Distinct());
        Assert.Equal(4, found.Sum(f => f.Count));
    }

    [Fact]
    public async Task AnchorThatWasRewritten_IsFound()
    {
        var log = await AccessLog.OfNewAssociationAsync(portal.Database);
        await log.WriteAsync(9);
        await log.Anchors.WriteAsync(Cancellation);
        var file = Directory.GetFiles(log.Anchors.Directory).Single();
        // The heads of other tests' associations stand there as well, in no order.
        var lines = await File.ReadAllLinesAsync(file, Cancellation);
        var own = Array.FindIndex(lines, line => line.Contains($"{log.Tenant}", StringComparison.Ordinal));
        lines[own] = lines[own].Replace("\"sequence\":9", "\"sequence\":3", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(file, lines, Cancellation);

        var found = await log.FindingsAsync();

        Assert.EndsWith($".jsonl:{own + 1}", Assert.Single(found, f => f.Fault == AuditFault.AnchorForged).Place, StringComparison.Ordinal);
    }

    /// <summary>An entry like another, signed by whoever does not have the key.</summary>
    private async Task<Guid> ForgeAsync(AccessLog log, Guid like)
    {
        var forged = Guid.NewGuid();
        await log.TamperAsync("""
            INSERT INTO app.audit_entry (tenant_id, id, at, actor_id, actor_name, role, action, record_kind, record_ids, mac, key_id)
            SELECT tenant_id, $3, at, actor_id, actor_name, role, action, record_kind, record_ids, mac, key_id FROM app.audit_entry WHERE tenant_id = $1 AND id = $2
            """, like, forged);
        return forged;
    }

    private static async Task ForgetAsync(AccessLog log, params Guid[] entries)
    {
        await log.TamperAsync("DELETE FROM app.audit_entry WHERE tenant_id = $1 AND id = ANY ($2)", entries);
        await log.TamperAsync("DELETE FROM app.audit_link WHERE tenant_id = $1 AND entry_id = ANY ($2)", entries);
        await log.TamperAsync("DELETE FROM app.audit_patient WHERE tenant_id = $1 AND entry_id = ANY ($2)", entries);
    }
}
