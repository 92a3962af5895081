namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>
/// Stands still until a test moves it. It begins on the test night, Sunday 22 November 2026 at nine in the evening in
/// Tokyo, before a public holiday. Timers run in real time, so that background work goes on.
/// </summary>
public sealed class NightClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 21, 0, 0, TimeSpan.FromHours(9));

    /// <summary>Partitions are made around the database's own day; this makes them around the test night as well.</summary>
    internal static readonly string Partitions = PartitionsOf(new DateOnly(2026, 10, 1), new DateOnly(2027, 2, 1));

    private long now = Start.UtcTicks;

    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref now), TimeSpan.Zero);
        set => Interlocked.Exchange(ref now, value.UtcTicks);
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public void Advance(TimeSpan by) => Interlocked.Add(ref now, by.Ticks);

    /// <summary>For tests that go further: partitions of the months from one to another.</summary>
    internal static string PartitionsOf(DateOnly first, DateOnly last) => FormattableString.Invariant($"""
        DO $$
        DECLARE
          parent regclass;
          month timestamptz;
          name text;
        BEGIN
          FOR parent IN SELECT partrelid::regclass FROM pg_partitioned_table LOOP
            FOR month IN SELECT generate_series('{first:yyyy-MM-dd} 00:00Z'::timestamptz, '{last:yyyy-MM-dd} 00:00Z', '1 month') LOOP
              name := parent::text || to_char(month AT TIME ZONE 'UTC', '_YYYYMM');
              IF to_regclass(name) IS NULL THEN
                EXECUTE format('CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', name, parent, month, month + interval '1 month');
              END IF;
            END LOOP;
          END LOOP;
        END $$
        """);
}
