using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.KeepArchive;

/// <summary>
/// 電子帳簿保存法: every document of a year of numbers as one ZIP, with an index to search by date, amount and counterparty, the history, and a manifest
/// with the SHA-256 of each file. It is checked while it is written: a year with a gap or an altered file is not handed out.
/// </summary>
public sealed class YearBundle(BillingContext db, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int Batch = 200;

    private static readonly string[] IndexHead =
    [
        "番号", "種類", "状態", "発行日", "取引先", "対象期間(自)", "対象期間(至)", "支払期限", "10%対象(税抜)", "10%消費税", "8%対象(税抜)", "8%消費税", "非課税", "不課税", "合計(税込)",
        "元の番号", "理由", "PDF SHA-256", "XML SHA-256", "保存日時",
    ];

    /// <param name="wanted">As <see cref="Invoice.NumberYear"/>; the year that runs when it is left out.</param>
    /// <returns>Null for a year in which nothing was issued.</returns>
    /// <exception cref="TamperedException">A document is not what was stored, or a number is missing.</exception>
    public async Task<(string Name, Stream Content)?> WriteAsync(int? wanted, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var year = wanted ?? tenant.Settings.InvoicingRules().YearOf(WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date);
        var invoices = await db.Invoices.AsNoTracking().Where(i => i.NumberYear == year).OrderBy(i => i.NumberInYear).ToListAsync(cancellationToken);
        if (invoices.Count == 0)
        {
            return null;
        }
        if (ArchiveCheck.Gaps(invoices) is [var gap, ..])
        {
            throw new TamperedException($"billing.invoice.number {gap}", tenant.Id, tenant.Id);
        }
        // On disk, not in memory, and gone with the answer.
        var ownOnly = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            ownOnly.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), ownOnly);
        try
        {
            await WriteAsync(file, tenant, year, invoices, cancellationToken);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        file.Position = 0;
        audit.Exported("invoice", invoices.Select(i => (i.TenantId, i.Id)), string.Create(CultureInfo.InvariantCulture, $"archive {year}"));
        return (string.Create(CultureInfo.InvariantCulture, $"invoices-{tenant.Identifier}-{year}.zip"), file);
    }

    private async Task WriteAsync(Stream output, TenantInfo tenant, int year, IReadOnlyList<Invoice> invoices, CancellationToken cancellationToken)
    {
        await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken);
        var files = new List<BundledFile>();
        var stored = new Dictionary<(Guid, InvoiceFormat), (string Sha256, DateTimeOffset At)>();
        var numbers = invoices.ToDictionary(i => i.Id, i => i.Number!);
        foreach (var batch in invoices.Chunk(Batch))
        {
            Guid[] ids = [.. batch.Select(i => i.Id)];
            await foreach (var document in db.InvoiceDocuments.AsNoTracking().Where(d => ids.Contains(d.InvoiceId)).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                ArchiveCheck.Whole(document);
                stored[(document.InvoiceId, document.Format)] = (Convert.ToHexStringLower(document.Sha256), document.CreatedAt);
                await AddAsync($"documents/{numbers[document.InvoiceId]}.{document.Format.ToString().ToLowerInvariant()}", document.Content);
            }
        }
        // What is put right in one year may have been issued in the year before.
        Guid[] before = [.. invoices.Select(i => i.OriginalId).OfType<Guid>().Where(id => !numbers.ContainsKey(id)).Distinct()];
        foreach (var original in await db.Invoices.AsNoTracking().Where(i => before.Contains(i.Id)).Select(i => new { i.Id, i.Number }).ToListAsync(cancellationToken))
        {
            numbers.Add(original.Id, original.Number!);
        }
        await AddAsync("index.csv", CsvText.File([IndexHead, .. invoices.Select(i => Index(i, numbers, stored))]));
        var history = await db.InvoiceEvents.AsNoTracking().Where(e => db.Invoices.Any(i => i.TenantId == e.TenantId && i.Id == e.InvoiceId && i.NumberYear == year))
            .OrderBy(e => e.At).ToListAsync(cancellationToken);
        await AddAsync("history.csv", CsvText.File(
            [["番号", "日時", "できごと", "担当", "詳細"], .. history.Select(e => new string?[] { numbers[e.InvoiceId], Moment(e.At), e.What.ToString(), e.ByName, e.Detail })]));
        var manifest = new BundleManifest(
            tenant.Name.Ja, tenant.Settings.InvoiceIssuer.RegistrationNumber, year, invoices[0].Number, invoices[^1].Number, stored.Count, clock.GetUtcNow(), [.. files]);
        await AddAsync(BundleManifest.FileName, JsonSerializer.SerializeToUtf8Bytes(manifest, BundleManifest.Json));

        async Task AddAsync(string path, byte[] content)
        {
            files.Add(new BundledFile(path, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
            await using var entry = await zip.CreateEntry(path, CompressionLevel.Fastest).OpenAsync(cancellationToken);
            await entry.WriteAsync(content, cancellationToken);
        }
    }

    private static string?[] Index(
        Invoice i, Dictionary<Guid, string> numbers, Dictionary<(Guid, InvoiceFormat), (string Sha256, DateTimeOffset At)> stored) =>
    [
        i.Number, i.Kind.ToString(), i.ReplacedById is null ? i.Status.ToString() : "Replaced", Day(i.IssuedOn), i.ClinicName, Day(i.SupplyFrom), Day(i.SupplyUntil), Day(i.DueOn),
        Yen(i.Net10Yen), Yen(i.Tax10Yen), Yen(i.Net8Yen), Yen(i.Tax8Yen), Yen(i.ExemptYen), Yen(i.OutsideScopeYen), Yen(i.TotalYen),
        i.OriginalId is { } original ? numbers.GetValueOrDefault(original) : null, i.Reason ?? i.VoidReason,
        stored.TryGetValue((i.Id, InvoiceFormat.Pdf), out var pdf) ? pdf.Sha256 : null, stored.TryGetValue((i.Id, InvoiceFormat.Xml), out var xml) ? xml.Sha256 : null,
        pdf.Sha256 is null ? null : Moment(pdf.At),
    ];

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Yen(long yen) => yen.ToString(CultureInfo.InvariantCulture);
}
