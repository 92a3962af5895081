namespace ClinicPortal.Modules.Billing;

/// <summary>Names the words of invoices.</summary>
public sealed class InvoiceText;
