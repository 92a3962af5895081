using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Data;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>What the database's catalogue says of the walls: which tables have them, and that the restricted role cannot walk round.</summary>
public sealed class CatalogueTests(PortalDatabaseFixture portal) : IClassFixture<PortalDatabaseFixture>
{
    /// <summary>Outside row-level security by decision: directories, credentials, hashes, ids. A new line here is a decision.</summary>
    private static readonly string[] Outside =
    [
        "app.data_protection_key", "app.desk", "app.idempotency", "app.migration", "app.tenant", "app.tenant_deletion", "app.work_item", "identity.account",
        "identity.api_key", "identity.authenticator", "identity.handover_code", "identity.invitation", "identity.membership",
        "identity.organisation_event", "identity.passkey", "identity.password_reset", "identity.recovery_code", "identity.security_event",
        "identity.session", "identity.sign_in_attempt", "identity.throttle", "identity.trusted_client", "identity.used_challenge",
        "identity.visitor_link", "telehealth.doctor_time",
    ];

    [Fact]
    public async Task TablesOutsideRowSecurity_AreTheListedOnes() => Assert.Equal(Outside, await ListAsync("""
        SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relkind IN ('r', 'p', 'f', 'm') AND NOT c.relispartition AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
          AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        ORDER BY c.oid::regclass::text COLLATE "C"
        """));

    [Fact]
    public async Task TablesInside_HaveTheTwoPoliciesAndNoOther() => NothingIn(await ListAsync("""
        SELECT c.oid::regclass::text || ': ' || coalesce(string_agg(format('%s to %s for %s using %s check %s', p.polname, p.polroles::regrole[], p.polcmd,
            pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)), '; ' ORDER BY p.polname), 'none')
        FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relrowsecurity
        GROUP BY c.oid
        HAVING array_agg(format('%s %s %s %s %s %s', p.polname, p.polroles::regrole[], p.polcmd, p.polpermissive,
            pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)) ORDER BY p.polname) IS DISTINCT FROM ARRAY[
          'owner_all {portal_owner} * t true true',
          'tenant_scope {portal_app} * t (tenant_id = ANY (( SELECT app.scope() AS scope)::uuid[])) (tenant_id = ANY (( SELECT app.scope() AS scope)::uuid[]))']
        """));

    [Fact]
    public async Task TablesInside_HaveATenantThatCannotBeNullFirstInTheirKey() => NothingIn(await ListAsync("""
        SELECT c.oid::regclass::text FROM pg_class c
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relrowsecurity AND (a.attnum IS NULL OR i.indkey[0] IS DISTINCT FROM a.attnum)
        """));

    [Fact]
    public async Task TablesInside_HaveARetentionPeriod() => NothingIn(
        [.. (await ListAsync("SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relrowsecurity")).Where(table => RetentionPeriods.Of(table) is null)]);

    [Fact]
    public async Task UniqueConstraintsOfTenantTables_BeginWithTheTenant() => NothingIn(await ListAsync("""
        SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid AND c.relrowsecurity AND NOT c.relispartition
        WHERE i.indisunique AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnum = i.indkey[0])
        """));

    [Fact]
    public async Task ForeignKeysOfTenantTables_IncludeTheTenantAndStayInTheirSchema() => NothingIn(await ListAsync("""
        SELECT f.conname || ' on ' || f.conrelid::regclass FROM pg_constraint f
        JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class r ON r.oid = f.confrelid
        WHERE f.contype = 'f' AND f.conparentid = 0 AND (c.relnamespace <> r.relnamespace OR r.relrowsecurity AND NOT EXISTS (
          SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnum = ANY (f.conkey)))
        """));

    [Fact]
    public async Task Partitions_AreReachedThroughTheirParentOnly() => NothingIn(await ListAsync("""
        SELECT c.oid::regclass::text FROM pg_class c WHERE c.relispartition AND c.relkind = 'r'
          AND has_table_privilege('portal_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
        """));

    [Fact]
    public async Task ViewsForTheApplication_RunWithTheCallersRights() => NothingIn(await ListAsync("""
        SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('v', 'm') AND has_table_privilege('portal_app', c.oid, 'SELECT')
          AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
          AND NOT coalesce('security_invoker=true' = ANY (c.reloptions) OR 'security_invoker=on' = ANY (c.reloptions), false)
        """));

    [Fact]
    public async Task Functions_RunWithTheCallersRights() => NothingIn(await ListAsync(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')"));

    [Fact]
    public async Task RestrictedRole_HasNoPowerAboveTheWalls()
    {
        NothingIn(await ListAsync("""
            SELECT rolname::text FROM pg_roles WHERE rolname = 'portal_app' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
            """));
        NothingIn(await ListAsync("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = 'portal_app'::regrole"));
        NothingIn(await ListAsync("SELECT oid::regclass::text FROM pg_class WHERE relowner = 'portal_app'::regrole"));
        NothingIn(await ListAsync("SELECT oid::regprocedure::text FROM pg_proc WHERE proowner = 'portal_app'::regrole"));
        NothingIn(await ListAsync("SELECT nspname::text FROM pg_namespace WHERE nspowner = 'portal_app'::regrole OR has_schema_privilege('portal_app', oid, 'CREATE')"));
        NothingIn(await ListAsync("""
            SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND has_table_privilege('portal_app', c.oid, 'TRUNCATE, REFERENCES, TRIGGER')
            """));
    }

    [Theory]
    [InlineData("SET ROLE portal_owner")]
    [InlineData("SET SESSION AUTHORIZATION portal_owner")]
    [InlineData("SET session_replication_role = replica")]
    [InlineData("TRUNCATE app.audit_entry")]
    [InlineData("DELETE FROM app.audit_entry")]
    [InlineData("UPDATE app.audit_entry SET sealed_details = NULL")]
    [InlineData("COPY app.audit_entry FROM STDIN")]
    [InlineData("DELETE FROM app.audit_link")]
    [InlineData("UPDATE app.audit_link SET mac = ''")]
    [InlineData("TRUNCATE app.audit_link")]
    [InlineData("DELETE FROM app.audit_patient")]
    [InlineData("UPDATE app.audit_patient SET entry_id = patient_id")]
    [InlineData("UPDATE app.audit_unlinked SET queued_at = now()")]
    [InlineData("DROP TABLE app.audit_entry")]
    [InlineData("ALTER TABLE app.audit_entry DETACH PARTITION app.audit_entry_202611")]
    [InlineData("UPDATE app.audit_entry_202611 SET sealed_details = NULL")]
    [InlineData("DELETE FROM app.audit_entry_202611")]
    [InlineData("COPY (SELECT 1) TO PROGRAM 'true'")]
    [InlineData("ALTER TABLE app.audit_entry NO FORCE ROW LEVEL SECURITY")]
    [InlineData("ALTER TABLE app.audit_entry DISABLE ROW LEVEL SECURITY")]
    [InlineData("DROP POLICY tenant_scope ON app.audit_entry")]
    [InlineData("CREATE POLICY mine ON app.audit_entry USING (true)")]
    [InlineData("CREATE OR REPLACE FUNCTION app.scope() RETURNS uuid[] LANGUAGE sql AS 'SELECT ARRAY[]::uuid[]'")]
    [InlineData("INSERT INTO app.cover_agreement (desk_id, tenant_id, valid_from) SELECT gen_random_uuid(), id, '2026-01-01' FROM app.tenant")]
    [InlineData("SET row_security = off; SELECT count(*) FROM app.audit_entry")]
    public async Task RestrictedRole_CannotWalkRound(string sql)
    {
        await using var connection = await portal.Database.App.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Contains(refusal.SqlState, new[] { PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.FeatureNotSupported });
    }

    private static void NothingIn(IReadOnlyList<string> found) => Assert.True(found.Count == 0, string.Join('\n', found));

    private Task<IReadOnlyList<string>> ListAsync(string sql) => portal.Database.ReadAllAsync<string>(sql);
}
