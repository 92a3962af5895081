namespace ClinicPortal.Shared.Data;

/// <summary>How long one kind of record is kept, and what becomes of it.</summary>
/// <param name="Years">Years after <see cref="From"/>; 0 where <see cref="Ends"/> says all.</param>
/// <param name="From">From when the years count.</param>
/// <param name="Basis">Law or reason.</param>
/// <param name="Ends">What is deleted, when and by whom.</param>
/// <param name="Tables">As <c>schema.table</c>, <c>schema.*</c> for all of a schema that no other kind names.</param>
public sealed record RetentionPeriod(string Kind, int Years, string From, string Basis, string Ends, params IReadOnlyList<string> Tables);

/// <summary>
/// How long everything is kept, in one place. What a law asks to be kept is deleted only with its association, and not before its years are over; what
/// only serves the running of the portal goes by itself, see <see cref="Retention"/>. A test finds a table of tenants that no kind names.
/// </summary>
public static class RetentionPeriods
{
    public const int ChartYears = 5;
    public const int BookYears = 10;

    public static IReadOnlyList<RetentionPeriod> All { get; } =
    [
        new("charts", ChartYears, "the last entry", "医師法24条2項 (charts: five years)",
            "never while the association is here; afterwards with the association's charts",
            "patients.*", "nightdesk.*", "visits.*", "telehealth.*"),
        new("chart versions", ChartYears, "the chart's last entry", "医師法24条2項; 医療情報システムの安全管理に関するガイドライン (amendments stay readable)",
            "with their chart, never before it", "patients.patient_version", "patients.look_sheet_issue"),
        new("uploaded files", 0, "their upload", "they hold charts that nobody has confirmed", "their content a day after the upload, or with its import",
            "patients.patient_import"),
        new("books", BookYears, "the end of the business year", "法人税法施行規則59条, 電子帳簿保存法 (up to ten years where losses are carried on)",
            "never while the association is here; afterwards with the association's books", "billing.*"),
        new("access log", BookYears, "the entry", "医療情報システムの安全管理に関するガイドライン (as long as the charts they are about, at least); its chain is kept whole",
            "never while the association is here; afterwards with the association's books",
            "app.audit_entry", "app.audit_link", "app.audit_patient"),
        new("messages on their way", 0, "their sending", "a queue between nodes, and tickets that were used", "when delivered, after two minutes at the latest",
            "telehealth.signal", "telehealth.used_ticket"),
        new("entries to be linked", 0, "their commit", "a queue", "about a second later, with their link", "app.audit_unlinked"),
        new("members, duty and agreements", BookYears, "their end", "what invoices and reports refer to", "with the association's books",
            "associations.*", "coverage.*", "roster.*", "identity.*", "notifications.*", "app.*"),
    ];

    /// <summary>The kind that a table belongs to: the one that names it, else the one that names its schema.</summary>
    public static RetentionPeriod? Of(string table) =>
        All.FirstOrDefault(period => period.Tables.Contains(table)) ?? All.FirstOrDefault(period => period.Tables.Contains($"{table.Split('.')[0]}.*"));
}
