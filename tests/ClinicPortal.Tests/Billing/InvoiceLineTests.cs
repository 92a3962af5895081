using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Billing;

public sealed class InvoiceLineTests
{
    private static readonly DateTimeOffset Arrived = new(2026, 12, 1, 1, 30, 0, TimeSpan.FromHours(9));

    private static readonly PricePlan Plan = new()
    {
        Code = "standard",
        Name = new LocalizedText { Ja = "夜間休日バックアップ", En = "Night and holiday cover" },
        MonthlyBase = [new BaseTier { UpToPatients = 30, Yen = 50_000 }],
        PerPatientAbove = 1_000,
        MinimumMonths = 3,
        Call = 3_000,
        Visit = new VisitPrices { None = 17_000, Night = 18_000, Holiday = 19_000, DeepNight = 25_000 },
        EndOfLife = 10_000,
        Video = 6_000,
    };

    private static readonly PriceListVersion Prices =
        new() { EffectiveFrom = new DateOnly(2026, 4, 1), TaxCategory = TaxCategory.Taxable10, EndOfLifeTax = TaxCategory.Exempt, Plans = [Plan] };

    [Fact]
    public void Line_IsTaxedAsItsKind() => Assert.Equal(
        [TaxCategory.Taxable10, TaxCategory.Exempt], Lines(FeeClass.Night, endOfLife: true).Select(line => line.TaxCategory));

    [Theory]
    [InlineData(FeeClass.None, 17_000)]
    [InlineData(FeeClass.Night, 18_000)]
    [InlineData(FeeClass.Holiday, 19_000)]
    [InlineData(FeeClass.DeepNight, 25_000)]
    public void Visit_CostsByItsFeeClass(FeeClass feeClass, int yen)
    {
        var line = Assert.Single(Lines(feeClass, endOfLife: false));
        Assert.Equal((InvoiceLineKind.Visit, 1, yen, yen), (line.Kind, line.Quantity, line.UnitYen, line.AmountYen));
    }

    [Fact]
    public void EndOfLife_IsALineBesideTheVisit() => Assert.Equal(
        [(InvoiceLineKind.Visit, 25_000), (InvoiceLineKind.EndOfLife, 10_000)],
        Lines(FeeClass.DeepNight, endOfLife: true).Select(line => (line.Kind, line.AmountYen)));

    [Fact]
    public void AfterMidnightOnTheFirst_BelongsToTheMonthOfItsNight() =>
        Assert.Equal(new DateOnly(2026, 11, 1), Lines(FeeClass.DeepNight, endOfLife: false).Single().Month);

    [Theory]
    [InlineData(VisitKind.Video, InvoiceLineKind.Video, 6_000)]
    [InlineData(VisitKind.Phone, InvoiceLineKind.Phone, 3_000)]
    public void Consultation_CostsThePlansVideoPrice_APhoneContactThatOfACall_WhateverTheFeeClass(VisitKind kind, InvoiceLineKind line, int yen)
    {
        foreach (var feeClass in Enum.GetValues<FeeClass>())
        {
            Assert.Equal((line, 1, yen), Lines(feeClass, endOfLife: false, kind).Select(l => (l.Kind, l.Quantity, l.AmountYen)).Single());
        }
    }

    private static IEnumerable<InvoiceLine> Lines(FeeClass feeClass, bool endOfLife, VisitKind kind = VisitKind.HomeVisit)
    {
        var clinic = new ClinicId(Guid.NewGuid());
        var visit = new BillableVisit(
            new TenantId(Guid.NewGuid()), new VisitId(Guid.NewGuid()), kind, new CaseId(Guid.NewGuid()), "SG-261130-007", new DateOnly(2026, 11, 30),
            clinic, "経堂こもれび在宅クリニック", Arrived, endOfLife);
        return Usage.Of(visit, (clinic.Value, ""), feeClass, true, Arrived).Lines(Plan, Prices).Select(line => InvoiceLine.Of(visit.Tenant.Value, line, Arrived));
    }
}
