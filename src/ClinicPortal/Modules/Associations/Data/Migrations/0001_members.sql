CREATE SCHEMA associations;
GRANT USAGE ON SCHEMA associations TO portal_app;

CREATE TABLE associations.member_clinic (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  kana text NOT NULL,
  institution_code text NOT NULL CHECK (institution_code ~ '^[0-9]{10}$'),
  home_care_support text NOT NULL,
  phone text NOT NULL,
  fax text,
  address text NOT NULL,
  town_block text NOT NULL,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL,
  posted_hours jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, institution_code)
);
CALL app.protect('associations.member_clinic');
GRANT SELECT, INSERT, UPDATE ON associations.member_clinic TO portal_app;

-- The director is the physician with the lowest position.
CREATE TABLE associations.physician (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  position int NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, clinic_id, position),
  FOREIGN KEY (tenant_id, clinic_id) REFERENCES associations.member_clinic (tenant_id, id)
);
CALL app.protect('associations.physician');
GRANT SELECT, INSERT, UPDATE, DELETE ON associations.physician TO portal_app;

CREATE TABLE associations.care_facility (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  kana text NOT NULL,
  kind text NOT NULL,
  phone text NOT NULL,
  address text NOT NULL,
  town_block text NOT NULL,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL app.protect('associations.care_facility');
GRANT SELECT, INSERT, UPDATE ON associations.care_facility TO portal_app;
