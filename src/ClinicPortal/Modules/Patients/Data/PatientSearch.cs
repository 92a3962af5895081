using System.Text;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace ClinicPortal.Modules.Patients.Data;

/// <summary>
/// Looks patients up in one statement that reads little more than it returns, at any size of the directory: the leading word walks an index
/// from its most exact matches on and stops at the limit; the other words are checked on the patients it meets.
/// </summary>
public sealed class PatientSearch(PortalSession session, TenantScope scope, PatientAudience audience, Vault vault)
{
    internal const string PlaceColumn = "patients.patient.sealed_place";

    private const string Columns = """
        tenant_id, id, family_name || ' ' || given_name AS name, family_kana || ' ' || given_kana AS kana, birth_date, sex, coalesce(phone, mobile) AS phone,
        sealed_place, primary_clinic_name, facility_name, primary_clinic_id
        """;

    /// <param name="association">Whose patients; null for those of all associations in scope.</param>
    public async Task<IReadOnlyList<PatientHit>> FindAsync(PatientQuery query, Guid? association, int limit, CancellationToken cancellationToken)
    {
        await using var command = Command(query, association, limit);
        return await RunAsync(command, limit, cancellationToken);
    }

    /// <summary>Whoever it is in the scope, whose patient or not: for those who are about to open a record in an emergency.</summary>
    public async Task<IReadOnlyList<PatientHit>> FindAnybodyAsync(PatientQuery query, int limit, CancellationToken cancellationToken)
    {
        await using var command = Command(query, null, limit, (_, _) => "");
        return await RunAsync(command, limit, cancellationToken);
    }

    private async Task<IReadOnlyList<PatientHit>> RunAsync(NpgsqlCommand command, int limit, CancellationToken cancellationToken)
    {
        command.Connection = await session.ConnectionAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<(int Rank, PatientHit Hit, Sealed<PatientPlace> Place)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((reader.GetInt32(0), Read(reader), Sealed<PatientPlace>.Stored(reader.GetFieldValue<byte[]>(8), PlaceColumn)));
        }
        // The same patient is met once for each of its terms that matches; only who is shown is opened.
        return
        [
            .. found.OrderBy(f => f.Rank).ThenBy(f => f.Hit.Kana, StringComparer.Ordinal).DistinctBy(f => f.Hit.Id).Take(limit)
                .Select(f => f.Hit with { TownName = vault.Open(f.Place, f.Hit.TenantId, f.Hit.Id.Value).TownName }),
        ];
    }

    /// <summary>The statement alone, so that a test can have its plan explained.</summary>
    internal NpgsqlCommand Command(PatientQuery query, Guid? association, int limit) =>
        Command(query, association, limit, (sql, within) => sql.Visible(within));

    private NpgsqlCommand Command(PatientQuery query, Guid? association, int limit, Func<Statement, PatientAudience, string> among)
    {
        var sql = new Statement();
        var visible = among(sql, audience);
        var leading = query.Leading;
        var others = query.Criteria.Where(c => c != leading).Select(sql.Matches).ToList();
        string[] checks = [visible, .. others];
        var lookups = Lookups(sql, leading, checks);
        // Family and given name next to each other are one term; only when that finds nobody are they looked for apart.
        var phrases = Phrases(query).SelectMany(phrase => Lookups(sql, phrase, [visible])).ToList();
        var twice = sql.Add(limit * 2, NpgsqlDbType.Integer);
        sql.Text.Append(phrases.Count == 0
            ? $"{string.Join(" UNION ALL ", lookups)} LIMIT {twice}"
            : $"""
              WITH phrase AS MATERIALIZED ({string.Join(" UNION ALL ", phrases)} LIMIT {twice})
              SELECT * FROM phrase UNION ALL (SELECT * FROM ({string.Join(" UNION ALL ", lookups)}) apart WHERE NOT EXISTS (SELECT FROM phrase) LIMIT {twice})
              """);
        return sql.ToCommand(association is { } one ? [one] : scope.Tenants);
    }

    private static IEnumerable<Criterion> Phrases(PatientQuery query) =>
        query.Criteria is [{ IsNumber: false, Text: { } one }, { IsNumber: false, Text: { } other }]
            ? [new Criterion(one + other, null, IsNumber: false), new Criterion(other + one, null, IsNumber: false)]
            : [];

    /// <summary>Most exact first: the whole, its beginning, its inside.</summary>
    private static List<string> Lookups(Statement sql, Criterion criterion, string[] checks)
    {
        var lookups = new List<string>();
        if (criterion.BirthDate is { } date)
        {
            lookups.Add($"SELECT 0 AS rank, {Columns} FROM patients.patient WHERE tenant_id = ANY ($1) AND birth_date = {sql.Add(date, NpgsqlDbType.Date)}{All(checks)}");
        }
        if (criterion.Text is { } text)
        {
            var (whole, part) = (sql.Add(SearchText.WholeMark + text, NpgsqlDbType.Text), sql.Add(text, NpgsqlDbType.Text));
            lookups.Add(ByTerm(0, $"term = {whole}", checks));
            lookups.Add(ByTerm(1, $"term ^@ {whole} AND term <> {whole}", checks));
            lookups.Add(ByTerm(2, $"term ^@ {part}", checks));
        }
        return lookups;
    }

    // OFFSET 0 keeps the planner from turning the walk along the index, which stops at the limit, into a join of everything.
    private static string ByTerm(int rank, string condition, string[] checks) => $"""
        SELECT {rank} AS rank, found.* FROM patients.patient_term t
        CROSS JOIN LATERAL (SELECT {Columns} FROM patients.patient WHERE tenant_id = t.tenant_id AND id = t.patient_id{All(checks)} OFFSET 0) found
        WHERE t.tenant_id = ANY ($1) AND t.{condition}
        """;

    private static string All(string[] checks) => string.Concat(checks.Where(c => c.Length > 0).Select(c => $" AND ({c})"));

    private static PatientHit Read(NpgsqlDataReader row) => new(
        row.GetGuid(1), new PatientId(row.GetGuid(2)), row.GetString(3), row.GetString(4), row.GetFieldValue<DateOnly>(5), Enum.Parse<Sex>(row.GetString(6)),
        row.IsDBNull(7) ? null : row.GetString(7), "", new ClinicId(row.GetGuid(11)), row.GetString(9), row.IsDBNull(10) ? null : row.GetString(10));

    private sealed class Statement
    {
        private readonly List<NpgsqlParameter> parameters = [];

        public StringBuilder Text { get; } = new();

        /// <summary>$1 is the scope.</summary>
        public string Add(object value, NpgsqlDbType type)
        {
            parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
            return $"${parameters.Count + 1}";
        }

        public string Visible(PatientAudience audience)
        {
            if (audience.IsEverybody)
            {
                return "";
            }
            (string Column, Guid? Id)[] own =
            [
                ("primary_clinic_id", audience.ClinicId), ("secondary_clinic_id", audience.SecondaryClinicId), ("facility_id", audience.FacilityId),
            ];
            var conditions = own.Where(o => o.Id is not null).Select(o => $"{o.Column} = {Add(o.Id!, NpgsqlDbType.Uuid)}").ToList();
            if (audience.GranteeId is { } grantee)
            {
                conditions.Add($"""
                    EXISTS (SELECT FROM patients.sharing_grant g WHERE g.tenant_id = patient.tenant_id AND g.patient_id = patient.id AND g.summary
                      AND g.grantee_id = {Add(grantee, NpgsqlDbType.Uuid)} AND g.revoked_at IS NULL AND g.expires_at > {Add(audience.Now, NpgsqlDbType.TimestampTz)})
                    """);
            }
            return conditions.Count == 0 ? "false" : string.Join(" OR ", conditions);
        }

        public string Matches(Criterion criterion) => string.Join(" OR ", new[]
        {
            criterion.Text is { } text ? $"position({Add(text, NpgsqlDbType.Text)} IN search_text) > 0" : null,
            criterion.BirthDate is { } date ? $"birth_date = {Add(date, NpgsqlDbType.Date)}" : null,
        }.OfType<string>());

        public NpgsqlCommand ToCommand(IReadOnlyList<Guid> tenants)
        {
            var command = new NpgsqlCommand(Text.ToString());
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. tenants] });
            command.Parameters.AddRange(parameters.ToArray());
            return command;
        }
    }
}
