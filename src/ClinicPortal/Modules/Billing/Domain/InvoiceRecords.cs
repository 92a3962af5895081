using System.Security.Cryptography;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>What happened to an invoice.</summary>
public enum InvoiceStep
{
    LeftOut,
    PutBack,
    DocumentsStored,
    Mailed,

    /// <summary>Nobody has given an address: the clinic finds it in the portal.</summary>
    NoAddress,
    Corrected,
    Returned,
}

/// <summary>One entry of an invoice's history; only added to.</summary>
public sealed class InvoiceEvent : ITenantOwned
{
    private InvoiceEvent()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid InvoiceId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public InvoiceStep What { get; private set; }

    public string ByName { get; private set; } = "";

    public string? Detail { get; private set; }

    internal static InvoiceEvent Of(Guid tenant, Guid invoice, InvoiceStep what, string by, DateTimeOffset now, string? detail = null) => new()
    {
        TenantId = tenant, Id = Guid.CreateVersion7(now), InvoiceId = invoice, At = now, What = what, ByName = by, Detail = detail,
    };
}

public enum InvoiceFormat
{
    Pdf,
    Xml,
}

/// <summary>A file that went out, byte for byte; written once.</summary>
public sealed class InvoiceDocument : ITenantOwned
{
    private InvoiceDocument()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid InvoiceId { get; private set; }

    public InvoiceFormat Format { get; private set; }

    public byte[] Content { get; private set; } = [];

    public byte[] Sha256 { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    internal static InvoiceDocument Of(Guid tenant, Guid invoice, InvoiceFormat format, byte[] content, DateTimeOffset now) => new()
    {
        TenantId = tenant, Id = Guid.CreateVersion7(now), InvoiceId = invoice, Format = format, Content = content, Sha256 = SHA256.HashData(content), CreatedAt = now,
    };
}

/// <summary>The last number that an issuer gave in a year.</summary>
public sealed class InvoiceNumber : ITenantOwned
{
    private InvoiceNumber()
    {
    }

    public Guid TenantId { get; private set; }

    public string RegistrationNumber { get; private set; } = "";

    public int Year { get; private set; }

    public int Last { get; private set; }
}

/// <summary>A line that is on no standing invoice.</summary>
public sealed class OpenLine : ITenantOwned
{
    private OpenLine()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid ClinicId { get; private set; }

    public DateOnly Night { get; private set; }

    public Guid LineId { get; private set; }
}
